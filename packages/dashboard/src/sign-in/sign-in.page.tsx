import { useEffect } from 'react';
import { useAddress } from '../app/address.ts';
import { ownPath } from '../app/pages.ts';
import { useTitle } from '../app/title.ts';
import { tellWindows } from '../data/session.store.ts';
import { goOn } from '../data/sign-in.ts';
import { useTexts } from '../text/language.ts';
import { Link } from '../ui/link.tsx';
import { SignInForm } from './sign-in.form.tsx';
import { signInTexts } from './sign-in.texts.ts';

/** Where the company's sign-on returns to when another window of the page waits for it. */
export const doneAddress = '/sign-in?done=1';

export function SignInPage() {
  const { search } = useAddress();
  const text = useTexts(signInTexts);
  const asked = new URLSearchParams(search);
  const to = ownPath(asked.get('to'));
  const fault = asked.get('fault');
  const isDone = asked.has('done') && fault === null;
  useTitle(isDone ? text.done : text.title);
  useEffect(() => {
    if (isDone) tellWindows('signed in');
  }, [isDone]);
  if (isDone) {
    return (
      <div className="lone">
        <h1>{text.done}</h1>
        <p>{text.doneLead}</p>
        <p>
          <Link href="/">{text.toStart}</Link>
        </p>
      </div>
    );
  }
  return (
    <div className="sign-in">
      <h1>{text.title}</h1>
      <p className="mute">{text.lead}</p>
      {fault !== null && (
        <p className="note bad" role="alert">
          {text.faults[fault] ?? text.anyFault}
        </p>
      )}
      <SignInForm to={to} onSignedIn={async () => goOn({ isOwnWindow: true })} />
    </div>
  );
}
