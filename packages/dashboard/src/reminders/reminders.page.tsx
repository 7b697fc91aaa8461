import { Suspense, useState } from 'react';
import { useAddress } from '../app/address.ts';
import { Empty, Problem } from '../app/problem.tsx';
import { useTitle } from '../app/title.ts';
import { useAnswer } from '../data/answer.ts';
import { useTexts } from '../text/language.ts';
import { late } from '../ui/late.ts';
import { Link } from '../ui/link.tsx';
import { Loading } from '../ui/loading.tsx';
import { Outlook } from './outlook.tsx';
import { ReminderFilters } from './reminder.filters.tsx';
import { ReminderTableRow } from './reminder.row.tsx';
import { ask, askedIn, isNarrowed, type Asked } from './reminders.address.ts';
import { othersInMail } from './others-in-mail.ts';
import { isOpen, readReminders, type CustomerOutlook, type ReminderRow } from './reminders.selection.ts';
import { remindersTexts } from './reminders.texts.ts';
import '../style/rooms.css';

const PreviewDialog = late(async () => ({ default: (await import('./preview.dialog.tsx')).PreviewDialog }));

/** Who got which e-mail when, or why not. */
export function RemindersPage() {
  const text = useTexts(remindersTexts);
  useTitle(text.title);
  const { search } = useAddress();
  const asked = askedIn(search);
  const { value, problem, isLoading, reload } = useAnswer(`reminders ${search}`, async (signal) => readReminders(asked, signal));
  const outlook = value?.outlook?.customer.id === asked.customer ? value?.outlook : null;
  return (
    <div className="reminders">
      <h1>{text.title}</h1>
      <p className="mute lead">{text.lead}</p>
      <ReminderFilters asked={asked} customerName={outlook?.customer.name ?? null} />
      {outlook && <Outlook outlook={outlook} />}
      {problem && <Problem error={problem} onRetry={reload} />}
      {!problem && !value && <Loading />}
      {!problem && value && <Found asked={asked} customer={outlook?.customer ?? null} reminders={value.reminders} isLoading={isLoading} />}
    </div>
  );
}

type Reminders = Awaited<ReturnType<typeof readReminders>>['reminders'];

type Chosen = CustomerOutlook['customer'] | null;
type FoundProps = { asked: Asked; customer: Chosen; reminders: Reminders; isLoading: boolean };

function Found({ asked, customer, reminders, isLoading }: FoundProps) {
  const text = useTexts(remindersTexts);
  const [previewed, setPreviewed] = useState<ReminderRow | null>(null);
  const { nodes, totalCount, pageInfo } = reminders;
  const count = text.count(totalCount);
  return (
    <div aria-busy={isLoading} className={isLoading ? 'reading' : ''}>
      <p role="status" className="mute count">
        {count}
      </p>
      {nodes.length === 0 && <None asked={asked} customer={customer} />}
      {nodes.length > 0 && (
        <table className="sheet">
          <thead>
            <tr>
              <th scope="col">{text.when}</th>
              <th scope="col">{text.state}</th>
              <th scope="col">{text.recipient}</th>
              <th scope="col">{text.about}</th>
              <th scope="col">{text.what}</th>
              <th scope="col">
                <span className="visually-hidden">{text.acts}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((reminder) => (
              <ReminderTableRow
                key={reminder.id}
                reminder={reminder}
                others={othersInMail(reminder, reminders, isNarrowed(asked))}
                onPreview={canPreview(reminder) ? () => setPreviewed(reminder) : undefined}
              />
            ))}
          </tbody>
        </table>
      )}
      {(pageInfo.hasPreviousPage || pageInfo.hasNextPage) && (
        <nav aria-label={text.pages} className="form-acts">
          <button
            type="button"
            className="button"
            disabled={!pageInfo.hasPreviousPage}
            onClick={() => ask(asked, { before: pageInfo.startCursor })}
          >
            {text.previous}
          </button>
          <button
            type="button"
            className="button"
            disabled={!pageInfo.hasNextPage}
            onClick={() => ask(asked, { after: pageInfo.endCursor })}
          >
            {text.next}
          </button>
        </nav>
      )}
      {previewed?.contractChange && (
        <Suspense>
          <PreviewDialog reminder={previewed} change={previewed.contractChange} onClose={() => setPreviewed(null)} />
        </Suspense>
      )}
    </div>
  );
}

const canPreview = ({ contractChange, kind }: ReminderRow): boolean =>
  contractChange !== null && kind !== 'WEEKLY_DIGEST' && kind !== 'TEST';

function None({ asked, customer }: { asked: Asked; customer: Chosen }) {
  const text = useTexts(remindersTexts);
  const narrowed = isNarrowed(asked);
  if (customer && !isNarrowed({ ...asked, customer: null }))
    return customer.upcomingContractChanges.some(isOpen) ? (
      <Empty title={text.noneYet(customer.name)}>{text.noneYetLead}</Empty>
    ) : (
      <Empty title={text.noneDue(customer.name)}>{text.noneDueLead}</Empty>
    );
  return (
    <Empty title={narrowed ? text.noMatch : text.nothing}>
      <p>{narrowed ? text.noMatchLead : text.nothingLead}</p>
      {!narrowed && (
        <p>
          <Link href="/settings">{text.toSettings}</Link>
        </p>
      )}
    </Empty>
  );
}
