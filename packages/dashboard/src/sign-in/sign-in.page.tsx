import { useAddress } from '../app/address.ts';
import { ownPath } from '../app/pages.ts';
import { useTitle } from '../app/title.ts';
import { goOn } from '../data/sign-in.ts';
import { useStore } from '../data/store.ts';
import { known } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Link } from '../ui/link.tsx';
import { SignInForm } from './sign-in.form.tsx';
import { signInTexts } from './sign-in.texts.ts';

export function SignInPage() {
  const { search } = useAddress();
  const text = useTexts(signInTexts);
  const to = ownPath(new URLSearchParams(search).get('to'));
  const viewer = useStore(known)?.viewer;
  useTitle(text.title);
  return (
    <div className="sign-in">
      <h1>{text.title}</h1>
      <p className="mute">{text.lead}</p>
      {viewer && (
        <p className="note">
          {text.already((viewer.user ?? viewer.partner).name)} <Link href={to}>{text.goOn}</Link>
        </p>
      )}
      <SignInForm to={to} onSignedIn={async () => goOn({ isOwnWindow: true })} />
    </div>
  );
}
