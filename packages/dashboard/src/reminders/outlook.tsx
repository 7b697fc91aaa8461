import { useFormat } from '../text/format.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { Link } from '../ui/link.tsx';
import { outlookTexts } from './outlook.texts.ts';
import { isOpen, type CustomerOutlook } from './reminders.selection.ts';

/** What may still be sent about a customer, and why nothing is: facts of the API side by side. */
export function Outlook({ outlook: { customer, settings } }: { outlook: CustomerOutlook }) {
  const text = useTexts(outlookTexts);
  const format = useFormat();
  const labels = useLabels();
  const { id, name, upcomingContractChanges: changes, reminderMutes } = customer;
  return (
    <section className="outlook" aria-label={text.title(name)}>
      <h2>{text.title(name)}</h2>
      {changes.length === 0 ? (
        <p>{text.noChange}</p>
      ) : (
        <ul>
          {changes.map((change) => (
            <li key={change.id}>
              <b>{labels.value('contractType', change.type)}</b> · {labels.value('status', change.status)} ·{' '}
              {!isOpen(change)
                ? change.statusReason === 'ACCEPTED' || change.statusReason === 'CANCELLATION_REQUESTED'
                  ? text.decided
                  : text.passed(format.date(change.lastDecisionDate))
                : change.renewalDeadline === null || change.daysUntilDeadline === null
                  ? text.effective(format.date(change.effectiveDate))
                  : text.deadline(format.date(change.renewalDeadline), change.daysUntilDeadline)}
            </li>
          ))}
        </ul>
      )}
      {changes.some(isOpen) && (
        <p className="mute">{settings.deadlineReminders ? text.offsets(settings.deadlineOffsets.join(', ')) : text.off}</p>
      )}
      {reminderMutes.nodes.map((mute) => (
        <p key={mute.id} className="muted">
          {[
            (mute.isSnooze ? text.snoozed : text.muted)(mute.mutedBy, format.moment(mute.mutedAt)),
            mute.forEveryone && text.forAll,
            mute.until && text.until(format.date(mute.until)),
          ]
            .filter(Boolean)
            .join(', ')}
        </p>
      ))}
      <p>
        <Link href={`/customers/${encodeURIComponent(id)}`}>{text.details}</Link>
      </p>
    </section>
  );
}
