import { ConnectionError } from '@partner-renewals/sdk';
import { sentenceOfFault } from '../text/sentence.ts';
import { tell } from '../ui/toast.tsx';

const load = async () => ({ ...(await import('./association.acts.ts')), ...(await import('./decision.acts.ts')) });
type Acts = Awaited<ReturnType<typeof load>>;

/** Acts are no part of the first view: they are loaded once the rows are there. */
export function prefetchActs(): void {
  void load().catch(() => undefined);
}

export function perform(run: (acts: Acts) => void): void {
  load().then(run, () => tell(sentenceOfFault(new ConnectionError('The acts could not be loaded.')), { kind: 'fault' }));
}
