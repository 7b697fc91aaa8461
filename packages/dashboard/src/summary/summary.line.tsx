import { Suspense } from 'react';
import { list } from '../data/list.store.ts';
import { useStore } from '../data/store.ts';
import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { late } from '../ui/late.ts';
import { Popover } from '../ui/popover.tsx';
import { useTrigger } from '../ui/trigger.ts';
import { summaryTexts } from './summary.texts.ts';

/** Counts and totals of the whole list. Amounts of different currencies stand apart. */
export function SummaryLine() {
  const { summary, status } = useStore(list);
  const text = useTexts(summaryTexts);
  const format = useFormat();
  if (!summary) return <div className="summary" />;
  const { totalCount, actionRequiredCount, totals } = summary;
  return (
    <div className="summary" aria-busy={status === 'loading'}>
      {/* Tells those who do not see the rows that a search or a filter has another result. */}
      <span className="visually-hidden" role="status">
        {status === 'ready' && `${format.number(totalCount)} ${text.changes(totalCount)}`}
      </span>
      <span aria-hidden="true">
        <b>{format.number(totalCount)}</b> {text.changes(totalCount)}
      </span>
      <span title={text.toDecideHint}>
        <b>{format.number(actionRequiredCount)}</b> {text.toDecide}
      </span>
      {totals.map(({ currencyCode, currentMrr, estimatedNewMrr, atRiskMrr }, index) => (
        <span key={currencyCode}>
          {index === 0 && text.mrr} <b>{`${currencyCode} ${format.amount(currentMrr)}`}</b> <span aria-hidden="true">→</span>
          <span className="visually-hidden">{text.becomes}</span> {format.amount(estimatedNewMrr)}
          {Number(atRiskMrr.amount) > 0 && <span className="risk"> ({`${format.amount(atRiskMrr)} ${text.atRisk}`})</span>}
        </span>
      ))}
      {totals[0] && <Explanation />}
    </div>
  );
}

const CountingNote = late(async () => ({ default: (await import('./counting.note.tsx')).CountingNote }));

/** Explains the totals. */
function Explanation() {
  const text = useTexts(summaryTexts);
  const { anchor, isOpen, close, trigger } = useTrigger();
  return (
    <>
      <button {...trigger} type="button" className="why" aria-label={text.explain}>
        ?
      </button>
      {isOpen && (
        <Popover anchor={anchor} onClose={close} className="explains" role="note">
          <Suspense>
            <CountingNote />
          </Suspense>
        </Popover>
      )}
    </>
  );
}
