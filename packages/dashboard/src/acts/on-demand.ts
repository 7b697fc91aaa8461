import { ConnectionError } from '@partner-renewals/sdk';
import { isAway } from '../data/connection.ts';
import { currentTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { actsTexts } from './acts.texts.ts';
import { putNotice, type Place } from './notices.tsx';

const load = async () => {
  const decisions = import('./decision.acts.ts');
  // Both are awaited, so the first error is not the only one that is handled.
  decisions.catch(() => undefined);
  return { ...(await import('./association.acts.ts')), ...(await decisions) };
};
type Acts = Awaited<ReturnType<typeof load>>;

/** Acts and their dialogs are no part of the first view: they are loaded once the rows are there. */
export function prefetchActs(): void {
  const dialogs = [
    import('./end-association.dialog.tsx'),
    import('./decision.dialog.tsx'),
    import('./later-cancellation.dialog.tsx'),
    import('./contact.chooser.tsx'),
    import('./bulk.line.tsx'),
    import('../text/user-error.sentence.ts'),
  ];
  void Promise.allSettled([load(), ...dialogs]);
}

/** Does an act. If its code cannot be loaded, the place of the act says so, and offers to do it once more. */
export function perform(place: Place, run: (acts: Acts) => void): void {
  load().then(run, () => {
    // The page asks for the server, and says when it is back.
    isAway('unreachable');
    const again = { label: () => currentTexts(actsTexts).tryAgain, run: () => perform(place, run) };
    putNotice(place, { lines: () => [sentenceOfFault(new ConnectionError('The acts could not be loaded.'))], again });
  });
}
