import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import type { Row } from '../data/row.selection.ts';
import { tableTexts } from './table.texts.ts';

/** How pressing a row is: `today`, `soon`, or nothing. Only what the partner is to decide presses. */
export function urgencyOf(row: Row): 'today' | 'soon' | undefined {
  const left = row.daysUntilLastDecision;
  if (row.status !== 'PENDING' || row.communicationOwner !== 'PARTNER' || left < 0) return undefined;
  return left === 0 ? 'today' : left <= 10 ? 'soon' : undefined;
}

/** The day in words first, since it is what people look for; the date beneath. */
export function DeadlineCell({ row }: { row: Row }) {
  const format = useFormat();
  const { deadline: text } = useTexts(tableTexts);
  const { daysUntilLastDecision: left, lastDecisionDate: date } = row;

  if (row.status === 'PENDING' && left >= 0) {
    const isRenewal = row.renewalDeadline !== null;
    return (
      <>
        <b>{left === 0 ? text.lastDay : text.left(left)}</b>
        <span className="sub" title={format.longDate(date)}>
          {left === 0 && row.communicationOwner === 'PARTNER'
            ? text.decideToday(format.shortDate(date))
            : isRenewal
              ? text.until(format.shortDate(date))
              : text.beforeStart(format.shortDate(date))}
        </span>
      </>
    );
  }
  if (row.renewalDeadline === null) {
    return (
      <>
        <b title={text.noneHint}>{text.none}</b>
        <span className="sub">{text.starts(format.shortDate(row.effectiveDate))}</span>
      </>
    );
  }
  return (
    <>
      <b>
        <time dateTime={date}>{format.date(date)}</time>
      </b>
      <span className="sub">{left >= 0 ? text.canChange(left) : text.passed(-left)}</span>
    </>
  );
}
