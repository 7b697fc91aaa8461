import { useState, type FormEvent } from 'react';
import { Problem } from '../app/problem.tsx';
import { useAnswer } from '../data/answer.ts';
import { readMethods, signInAsSample, signInByKey, type Refusal } from '../data/sign-in.ts';
import { useTexts } from '../text/language.ts';
import { Field } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { signInTexts } from './sign-in.texts.ts';

type Props = {
  /** Where the company's sign-on returns to. */
  to: string;
  /** The page stays, with what was typed in it: the company's sign-on needs a window of its own. */
  keepsPage?: boolean;
  onSignedIn: () => Promise<void>;
};

/** The ways to sign in that this server offers. */
export function SignInForm({ to, keepsPage = false, onSignedIn }: Props) {
  const text = useTexts(signInTexts);
  const { value: methods, problem, reload } = useAnswer('methods', readMethods);
  const [key, setKey] = useState('');
  const [isShown, setIsShown] = useState(false);
  const [busy, setBusy] = useState<'key' | 'sample' | null>(null);
  const [error, setError] = useState<string | null>(null);

  async function signIn(by: 'key' | 'sample', request: () => Promise<Refusal | null>): Promise<void> {
    setBusy(by);
    setError(null);
    const refusal = await request();
    try {
      if (refusal === null) await onSignedIn();
      else setError(text.refusals[refusal.code ?? ''] ?? refusal.message ?? text.failed);
    } catch {
      setError(text.failed);
    }
    setBusy(null);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (key.trim() === '') setError(text.empty);
    else void signIn('key', async () => signInByKey(key.trim()));
  }

  if (problem) return <Problem error={problem} onRetry={reload} />;
  if (!methods) return <Loading />;
  const { signOn, sample } = methods;
  return (
    <div className="sign-in-ways">
      {signOn && (
        <a className="button main wide" href={`/sign-in/start?to=${encodeURIComponent(to)}`} target={keepsPage ? '_blank' : undefined}>
          {text.signOn(signOn.name)}
        </a>
      )}
      {sample && (
        <div>
          <button
            type="button"
            className={`button wide ${signOn ? '' : 'main'}`}
            disabled={busy !== null}
            onClick={() => void signIn('sample', signInAsSample)}
          >
            {busy === 'sample' ? text.busy : text.sample}
          </button>
          <p className="hint">{text.sampleHint}</p>
        </div>
      )}
      {(signOn || sample) && methods.key && <p className="or">{text.or}</p>}
      {methods.key && (
        <form onSubmit={submit} autoComplete="off">
          <Field label={text.key} hint={text.keyHint} error={error}>
            {(props) => (
              <div className="joined">
                <input
                  {...props}
                  type={isShown ? 'text' : 'password'}
                  autoComplete="off"
                  spellCheck={false}
                  autoCapitalize="none"
                  value={key}
                  onChange={(event) => setKey(event.target.value)}
                />
                <button type="button" className="button" aria-pressed={isShown} onClick={() => setIsShown((now) => !now)}>
                  {isShown ? text.hideKey : text.showKey}
                </button>
              </div>
            )}
          </Field>
          <button type="submit" className={`button wide ${signOn || sample ? '' : 'main'}`} disabled={busy !== null}>
            {busy === 'key' ? text.busy : text.withKey}
          </button>
        </form>
      )}
      {!methods.key && error && (
        <p className="fault" role="alert">
          {error}
        </p>
      )}
      {!methods.key && !signOn && !sample && <p>{text.noMethod}</p>}
    </div>
  );
}
