import { Suspense, useEffect } from 'react';
import { useStore } from '../data/store.ts';
import { late } from '../ui/late.ts';
import { dialog } from './dialogs.store.ts';
import { prefetchActs } from './on-demand.ts';

const EndAssociationDialog = late(async () => ({ default: (await import('./end-association.dialog.tsx')).EndAssociationDialog }));
const DecisionDialog = late(async () => ({ default: (await import('./decision.dialog.tsx')).DecisionDialog }));
const LaterCancellationDialog = late(async () => ({
  default: (await import('./later-cancellation.dialog.tsx')).LaterCancellationDialog,
}));

/** The dialog of an act, above the table and the drawer: rendered once. */
export function ActDialogs() {
  const opened = useStore(dialog);
  useEffect(() => {
    const timer = setTimeout(prefetchActs, 500);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Suspense>
      {opened?.kind === 'end' && <EndAssociationDialog account={opened.account} />}
      {opened?.kind === 'decision' && <DecisionDialog change={opened.change} action={opened.action} />}
      {opened?.kind === 'later' && <LaterCancellationDialog change={opened.change} />}
    </Suspense>
  );
}
