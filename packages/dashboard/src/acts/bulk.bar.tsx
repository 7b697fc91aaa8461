import { Suspense, useState } from 'react';
import { late } from '../ui/late.ts';
import type { BulkProps } from './bulk.line.tsx';

const BulkLine = late(async () => ({ default: (await import('./bulk.line.tsx')).BulkLine }));

/** What can be done for all selected customers. It is loaded with the first selection. */
export function BulkBar(props: BulkProps) {
  const [isNeeded, setNeeded] = useState(false);
  if (!isNeeded && props.selected.size > 0) setNeeded(true);
  return <Suspense>{isNeeded && <BulkLine {...props} />}</Suspense>;
}
