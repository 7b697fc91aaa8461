import { useEffect, useState } from 'react';
import { list } from '../data/list.store.ts';
import { reading, refresh } from '../data/list.window.ts';
import { useStore } from '../data/store.ts';
import { useTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { tableTexts } from './table.texts.ts';

const minute = 60_000;

/** How old the rows are. A window that comes back after a minute reads them again. */
export function Updated() {
  const { updatedAt } = useStore(list);
  const { end, failed, problem } = useStore(reading);
  const text = useTexts(tableTexts);
  const [now, setNow] = useState(Date.now);

  useEffect(() => {
    const tick = setInterval(() => setNow(Date.now()), minute / 4);
    const comeBack = () => {
      setNow(Date.now());
      const { status, updatedAt: last } = list.get();
      if (document.visibilityState === 'visible' && status === 'ready' && !reading.get().end && Date.now() - last > minute) void refresh();
    };
    addEventListener('focus', comeBack);
    document.addEventListener('visibilitychange', comeBack);
    return () => {
      clearInterval(tick);
      removeEventListener('focus', comeBack);
      document.removeEventListener('visibilitychange', comeBack);
    };
  }, []);

  const isBusy = end === 'all';
  return (
    <p className="updated">
      {failed === 'all' && problem && (
        <span className="fault" role="alert">
          {sentenceOfFault(problem)}
        </span>
      )}
      {isBusy ? text.refreshing : text.updated(Math.max(0, Math.floor((now - updatedAt) / minute)))}
      <button type="button" className="link" disabled={isBusy} onClick={() => void refresh()}>
        {text.refresh}
      </button>
    </p>
  );
}
