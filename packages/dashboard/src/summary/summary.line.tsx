import { list } from '../data/list.store.ts';
import { useStore } from '../data/store.ts';
import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { summaryTexts } from './summary.texts.ts';

/** Counts and totals of the whole list. Amounts of different currencies stand apart. */
export function SummaryLine() {
  const { summary, status } = useStore(list);
  const text = useTexts(summaryTexts);
  const format = useFormat();
  if (!summary) return <p className="summary" />;
  const { totalCount, actionRequiredCount, totals } = summary;
  return (
    <p className="summary" aria-busy={status === 'loading'}>
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
        <span key={currencyCode} title={text.counting}>
          {index === 0 && text.mrr} <b>{`${currencyCode} ${format.amount(currentMrr)}`}</b> <span aria-hidden="true">→</span>
          <span className="visually-hidden">{text.becomes}</span> {format.amount(estimatedNewMrr)}
          {Number(atRiskMrr.amount) > 0 && <span className="risk"> ({`${format.amount(atRiskMrr)} ${text.atRisk}`})</span>}
        </span>
      ))}
    </p>
  );
}
