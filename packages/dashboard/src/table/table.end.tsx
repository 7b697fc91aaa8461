import { list } from '../data/list.store.ts';
import { readNext, readPrevious, reading } from '../data/list.window.ts';
import { useStore } from '../data/store.ts';
import { useTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { tableTexts } from './table.texts.ts';

/** Above the rows, if earlier ones left the window. */
export function TableStart() {
  const { hasPreviousPage } = useStore(list);
  const { end } = useStore(reading);
  const text = useTexts(tableTexts);
  if (!hasPreviousPage) return null;
  return (
    <p className="edge" data-edge="start">
      <button type="button" className="button" disabled={end === 'previous'} onClick={() => void readPrevious()}>
        {end === 'previous' ? text.loadingMore : text.earlier}
      </button>
    </p>
  );
}

/** Below the rows: more of them, a problem, or the end. */
export function TableEnd() {
  const { rows, hasNextPage, totalCount } = useStore(list);
  const { end, failed, problem } = useStore(reading);
  const text = useTexts(tableTexts);
  return (
    <div className="edge" data-edge="end">
      {failed !== 'all' && problem && (
        <p className="fault" role="alert">
          {sentenceOfFault(problem)}
        </p>
      )}
      {hasNextPage ? (
        <button type="button" className="button" disabled={end === 'next'} onClick={() => void readNext()}>
          {end === 'next' ? text.loadingMore : problem ? text.retry : text.more}
        </button>
      ) : (
        rows.length > 0 && <p className="mute">{text.end(totalCount)}</p>
      )}
    </div>
  );
}
