import { useEffect, useState } from 'react';
import { connection } from '../data/connection.ts';
import { list } from '../data/list.store.ts';
import { reading, refresh } from '../data/list.window.ts';
import { useStore } from '../data/store.ts';
import { useConditions } from '../filters/use-conditions.ts';
import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { tableTexts } from './table.texts.ts';

const minute = 60_000;

/** How old the rows are. A window that comes back after a minute reads them again. */
export function Updated() {
  const { updatedAt } = useStore(list);
  const { end, failed, problem } = useStore(reading);
  const text = useTexts(tableTexts);
  const format = useFormat();
  const { conditions } = useConditions();
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
  const isAway = useStore(connection) !== 'up';
  const minutes = Math.max(0, Math.floor((now - updatedAt) / minute));
  return (
    <p className="updated">
      {failed === 'all' && problem && (
        <span className="fault" role="alert">
          {sentenceOfFault(problem)}
        </span>
      )}
      {conditions.sort.length === 0 && <span className="sorted-by">{text.sortedBy(text.sortDefault)}</span>}
      {isBusy ? text.refreshing : isAway ? text.asOf(format.moment(new Date(updatedAt).toISOString())) : text.updated(minutes)}
      <button type="button" className="link" disabled={isBusy} onClick={() => void refresh()}>
        {text.refresh}
      </button>
    </p>
  );
}
