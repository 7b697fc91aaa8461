import { customerFields, customerUserFields } from '../customer/customer.fields.ts';
import { partnerUserFields } from '../partner/partner.fields.ts';
import { idLeaf, withNested, type FieldTable } from '../reading/projection.ts';
import { ReminderReasonEnum } from './reminder.enums.ts';

/** The same table, with joins that its fields need. */
const joined = ({ leaves, ...table }: FieldTable, ...joins: readonly string[]): FieldTable => ({
  ...table,
  leaves: Object.fromEntries(Object.entries(leaves).map(([path, leaf]) => [path, { ...leaf, joins: [...(leaf.joins ?? []), ...joins] }])),
});

export const localeOf = (language: string | null | undefined) => (language == null ? null : (language.toUpperCase() as 'EN' | 'DE'));

/** The recipient, from the joins `person` (a user, perhaps removed) and `member` (a contact, unless the association with its customer ended). */
export const recipientSql = {
  name: 'coalesce(person.name, member.name)',
  address: 'coalesce(reminder.address, person.email, member.email)',
};

/** A reminder, under the alias `reminder`. */
export const reminderFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('Reminder', 'reminder.id'),
      kind: { sql: ['reminder.kind'] },
      state: { sql: ['reminder.state'] },
      reason: {
        sql: ['reminder.reason'],
        value: ([reason]) => (reason === null || Object.hasOwn(ReminderReasonEnum, reason as never) ? reason : 'OTHER'),
      },
      recipientKind: { sql: ['reminder.recipient_kind'] },
      recipientName: { sql: [recipientSql.name], joins: ['person', 'member'] },
      recipientAddress: { sql: [recipientSql.address], joins: ['person', 'member'] },
      'user.id': idLeaf('PartnerUser', '(case when person.removed_at is null then person.id end)', ['person']),
      deadline: { sql: [`reminder.details ->> 'deadline'`] },
      // After the fact, it is the day of the result.
      daysBefore: {
        sql: [
          `case when reminder.kind not in ('AFTER_DEADLINE', 'ON_EFFECTIVE_DATE') then (reminder.details ->> 'daysBefore')::integer end`,
        ],
      },
      language: { sql: [`reminder.details ->> 'language'`], value: ([language]) => localeOf(language) },
      plannedAt: { sql: ['reminder.planned_at'] },
      notBefore: { sql: ['reminder.not_before'] },
      endedAt: { sql: ['reminder.ended_at'] },
      attempts: { sql: ['reminder.attempts'] },
      bundle: { sql: ['reminder.bundle_id'] },
    },
    nullable: { user: 'user.id', contact: 'contact.id', customer: 'customer.id' },
  },
  {
    user: joined(partnerUserFields, 'person'),
    contact: joined(customerUserFields, 'member'),
    customer: joined(customerFields, 'customer'),
  },
);
