import { session } from '../data/session.store.ts';
import { goOn } from '../data/sign-in.ts';
import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { SignInForm } from './sign-in.form.tsx';
import { signInTexts } from './sign-in.texts.ts';

/** Signing in over the page, when the session has ended while it was in use. */
export function SignInDialog() {
  const text = useTexts(signInTexts);
  return (
    <Dialog title={text.again} closeLabel={text.later} onClose={() => session.set('waiting')}>
      <p>{text.againLead}</p>
      <SignInForm to="/signed-in" keepsPage onSignedIn={async () => goOn({ isOwnWindow: true })} />
    </Dialog>
  );
}
