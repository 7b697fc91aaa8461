import { NoticeAt } from '../acts/notices.tsx';
import type { Row } from '../data/row.selection.ts';
import { useFormat } from '../text/format.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { StatusChip } from '../ui/chip.tsx';
import { tableTexts } from './table.texts.ts';

/** The status, and its reason in words. */
export function StatusCell({ row }: { row: Row }) {
  const labels = useLabels();
  const format = useFormat();
  const text = useTexts(tableTexts);
  const { status, statusReason, decision } = row;
  const isTooLate = status === 'PENDING' && row.daysUntilLastDecision < 0;
  const isVendors = status === 'PENDING' && row.communicationOwner === 'VENDOR';
  return (
    <>
      <StatusChip status={status} label={labels.value('status', status)} />
      <span className="sub">
        {isTooLate ? text.tooLate : isVendors ? text.byVendor : text.reason[statusReason](decision && format.shortDate(decision.decidedOn))}
      </span>
      {row.lateCancellationRequest && <span className="sub late">{text.lateRequest}</span>}
      <NoticeAt place={`decision:${row.id}`} />
    </>
  );
}
