import type { RenewalColumn } from '@partner-renewals/sdk';
import type { ReactNode } from 'react';
import { ContactCell } from '../acts/contact.cell.tsx';
import { NameCell } from '../acts/name.cell.tsx';
import { OwnerCell } from '../acts/owner.cell.tsx';
import type { Row } from '../data/row.selection.ts';
import { useFormat } from '../text/format.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { Website } from '../ui/website.tsx';
import { DeadlineCell } from './deadline.cell.tsx';
import { MoneyCell } from './money.cell.tsx';
import { StatusCell } from './status.cell.tsx';
import { tableTexts } from './table.texts.ts';

/** What each column shows of a row. */
export const cells: { readonly [Column in RenewalColumn]: (row: Row) => ReactNode } = {
  customerName: (row) => <NameCell row={row} />,
  communicationOwner: (row) => <OwnerCell row={row} />,
  primaryContact: (row) => <ContactCell row={row} />,
  contractType: (row) => <ValueText column="contractType" value={row.type} />,
  status: (row) => <StatusCell row={row} />,
  renewalDeadline: (row) => <DeadlineCell row={row} />,
  website: ({ customer: { website } }) => (website ? <Website website={website} /> : <None value={website} />),
  hubId: (row) => row.customer.hubId ?? <None value={row.customer.hubId} />,
  renewalStartDate: (row) => (row.renewalStartDate ? <DateText date={row.renewalStartDate} /> : <None value={row.renewalStartDate} />),
  maxContacts: (row) => <NumberText value={row.currentTerms.maxContacts} />,
  emailLimit: (row) => <NumberText value={row.currentTerms.emailLimit} />,
  billingFrequency: (row) => <FrequencyText row={row} />,
  subscriptionTerm: (row) => <TermText months={row.currentTerms.subscriptionTermMonths} />,
  currentMrr: (row) => <MoneyCell money={row.currentTerms.mrr} />,
  estimatedNewMrr: (row) => <NewMrr row={row} />,
};

/** Columns of figures, which stand at the right. */
export const figures: ReadonlySet<RenewalColumn> = new Set(['maxContacts', 'emailLimit', 'currentMrr', 'estimatedNewMrr']);

/** The new terms of a cancelled change stay known, but do not come. */
function NewMrr({ row }: { row: Row }) {
  const text = useTexts(tableTexts);
  if (row.status !== 'CANCELLATION_REQUESTED') return <MoneyCell money={row.newTerms.mrr} difference={row.estimatedMrrChange} />;
  return (
    <>
      <s className="mute">
        <MoneyCell money={row.newTerms.mrr} />
      </s>
      <span className="sub">{text.afterCancellation[row.type]}</span>
    </>
  );
}

const ValueText = ({ column, value }: { column: RenewalColumn; value: string }) => useLabels().value(column, value);

const DateText = ({ date }: { date: string }) => <time dateTime={date}>{useFormat().date(date)}</time>;

function NumberText({ value }: { value: number | null | undefined }) {
  const format = useFormat();
  return typeof value === 'number' ? format.number(value) : <None value={value} />;
}

function TermText({ months }: { months: number | null | undefined }) {
  const text = useTexts(tableTexts);
  return months ? text.months(months) : <None value={months} />;
}

function FrequencyText({ row }: { row: Row }) {
  const labels = useLabels();
  const { billingFrequency, billingIntervalMonths } = row.currentTerms;
  // The label of other intervals has the place of their number: Other (n) months.
  return billingFrequency ? (
    labels.value('billingFrequency', billingFrequency).replace('(n)', `(${billingIntervalMonths})`)
  ) : (
    <None value={billingFrequency} />
  );
}

/** Says that there is no value. A column that has just been chosen stays empty until it is read. */
function None({ value }: { value: unknown }) {
  const text = useTexts(tableTexts);
  return value === undefined ? null : <span className="mute">{text.none}</span>;
}
