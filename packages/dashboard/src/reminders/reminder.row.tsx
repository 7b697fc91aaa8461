import type { ReminderState } from '@partner-renewals/sdk';
import { useViewer } from '../data/viewer.store.ts';
import { dateAt, daysBetween, useFormat } from '../text/format.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { Link } from '../ui/link.tsx';
import { reminderWords } from './reminder-words.texts.ts';
import type { ReminderRow } from './reminders.selection.ts';
import { remindersTexts } from './reminders.texts.ts';

/** A sign and a colour for each state; the word says the same. */
const signs: Record<ReminderState, readonly [sign: string, colour: string]> = {
  SENT: ['✓', 'ok'],
  KEPT: ['–', 'pend'],
  WAITING: ['○', 'pend'],
  SKIPPED: ['–', 'pend'],
  FAILED: ['✕', 'bad'],
};

type Props = {
  reminder: ReminderRow;
  /** Absent where a preview says nothing: of a digest or a test, or of a change that is gone. */
  onPreview: (() => void) | undefined;
  /** How many others leave in the same e-mail; null if the page does not know the number, undefined if it leaves alone. */
  others: number | null | undefined;
};

export function ReminderTableRow({ reminder, onPreview, others }: Props) {
  const text = useTexts(remindersTexts);
  const words = useTexts(reminderWords);
  const format = useFormat();
  const labels = useLabels();
  const { businessTimeZone } = useViewer();
  const { kind, state, reason, endedAt, notBefore, daysBefore, deadline, customer, contractChange } = reminder;
  const { recipientName, recipientAddress, recipientKind } = reminder;
  const [sign, colour] = signs[state];
  const date = deadline && format.date(deadline);
  // The date of a change without a deadline is its start.
  const isOfStart = contractChange !== null && contractChange.type !== 'RENEWAL';
  // Not the distance that was planned: a reminder may leave later, when the customer is new.
  const left = deadline === null ? 0 : Math.max(0, daysBetween(dateAt(endedAt ?? notBefore, businessTimeZone), deadline));
  const relation = date && (daysBefore === null ? text.after(date) : (isOfStart ? text.beforeStart : text.before)(left, date));
  return (
    <tr className={state === 'SKIPPED' ? 'past' : ''}>
      <td data-label={text.when}>{endedAt ? format.moment(endedAt) : text.waits(format.moment(notBefore))}</td>
      <td data-label={text.state}>
        <span className={`chip ${colour}`}>
          <i aria-hidden="true">{sign}</i>
          {words.states[state]}
        </span>
        {reason && <span className="sub">{words.reasons[reason]}</span>}
        {state === 'KEPT' && <span className="sub">{text.kept}</span>}
      </td>
      <th scope="row" data-label={text.recipient}>
        {recipientName ?? recipientAddress ?? text.unnamed}
        <span className="sub">
          {[recipientName && recipientAddress, recipientKind && words.recipients[recipientKind]].filter(Boolean).join(' · ')}
        </span>
      </th>
      <td data-label={text.about}>
        {customer ? (
          <Link href={`/customers/${encodeURIComponent(customer.id)}`}>{customer.name}</Link>
        ) : (
          <span className="mute">{text.noCustomerOf}</span>
        )}
        {contractChange && <span className="sub">{labels.value('contractType', contractChange.type)}</span>}
      </td>
      <td data-label={text.what}>
        {words.kinds[kind]}
        {relation && <span className="sub">{relation}</span>}
        {others !== undefined && <span className="sub">{text.together(others)}</span>}
      </td>
      <td className="row-acts">
        {onPreview && (
          <button
            type="button"
            className="button"
            aria-label={text.previewOf(words.kinds[kind], customer?.name ?? text.noCustomerOf)}
            onClick={onPreview}
          >
            {text.preview}
          </button>
        )}
      </td>
    </tr>
  );
}
