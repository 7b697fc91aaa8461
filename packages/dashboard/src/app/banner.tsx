import { useEffect, useRef, useState } from 'react';
import { connection } from '../data/connection.ts';
import { session } from '../data/session.store.ts';
import { useStore } from '../data/store.ts';
import { useTexts } from '../text/language.ts';
import { appTexts } from './app.texts.ts';

// A retry often succeeds within that time.
const patienceMs = 1_000;
const backMs = 3_000;

/** Says that the server is away, for as long as it is; and that the viewer is signed out, if they closed the sign-in. */
export function Banner() {
  const text = useTexts(appTexts);
  const state = useStore(connection);
  const isSignedOut = useStore(session) === 'waiting';
  const [shown, setShown] = useState<'nothing' | 'away' | 'back'>('nothing');
  const wasAway = useRef(false);
  useEffect(() => {
    if (state === 'up' && !wasAway.current) return undefined;
    if (state === 'up') setShown('back');
    const timer = setTimeout(
      () => {
        wasAway.current = state !== 'up';
        setShown(state === 'up' ? 'nothing' : 'away');
      },
      state === 'up' ? backMs : patienceMs,
    );
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div role="status" className="banners">
      {shown === 'away' && state !== 'up' && <p className="banner warn">{text.away[state]}</p>}
      {shown === 'back' && state === 'up' && <p className="banner ok">{text.back}</p>}
      {isSignedOut && (
        <p className="banner warn">
          {text.signedOut}{' '}
          <button type="button" className="button" onClick={() => session.set('lost')}>
            {text.signIn}
          </button>
        </p>
      )}
    </div>
  );
}
