import { useEffect } from 'react';
import { useTitle } from '../app/title.ts';
import { tellWindows } from '../data/session.store.ts';
import { useTexts } from '../text/language.ts';
import { Link } from '../ui/link.tsx';
import { signInTexts } from './sign-in.texts.ts';

/** Where the company's sign-on returns to when another window of the page waits for it. */
export function SignedInPage() {
  const text = useTexts(signInTexts);
  useTitle(text.done);
  useEffect(() => tellWindows('signed in'), []);
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
