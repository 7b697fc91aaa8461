import { Field, InputType } from 'type-graphql';
import { personSql } from '../customer/contact-search.ts';
import { maxSearchLength } from '../customer/search.sql.ts';
import type { Parameters } from '../database/sql.ts';
import {
  conditionsSql,
  DateTimeComparator,
  enumComparator,
  IDComparator,
  uuidComparator,
  type Comparator,
} from '../reading/comparators.ts';
import { ReminderKindEnum, ReminderStateEnum } from './reminder.enums.ts';
import { recipientSql } from './reminder.fields.ts';

const KindComparator = enumComparator('ReminderKindComparator', ReminderKindEnum);
const StateComparator = enumComparator('ReminderStateComparator', ReminderStateEnum);

@InputType({ description: 'Conditions on reminders; all given conditions must hold.' })
export class ReminderFilter {
  @Field(() => KindComparator, { nullable: true, description: 'The kind of the reminder.' })
  kind?: Comparator;

  @Field(() => StateComparator, { nullable: true, description: 'What became of it.' })
  state?: Comparator;

  @Field(() => Boolean, { nullable: true, description: 'Whether it was skipped because a later reminder was due, too.' })
  isOvertaken?: boolean;

  @Field(() => IDComparator, { nullable: true, description: 'ID of the customer.' })
  customerId?: IDComparator;

  @Field(() => IDComparator, { nullable: true, description: 'ID of the contract change.' })
  contractChangeId?: IDComparator;

  @Field(() => String, {
    nullable: true,
    description: `Part of the recipient's name or e-mail address, ignoring case and accents. At most ${maxSearchLength} characters.`,
  })
  recipient?: string;

  @Field(() => DateTimeComparator, { nullable: true, description: 'When it was planned.' })
  plannedAt?: DateTimeComparator;

  @Field(() => DateTimeComparator, { nullable: true, description: 'When it was sent, skipped, or failed for good; null while it waits.' })
  endedAt?: DateTimeComparator;
}

/** SQL of a filter over the alias `reminder`, and the joins that it needs. */
export function reminderFilterSql(filter: ReminderFilter, parameters: Parameters): { where: string; joins: readonly string[] } {
  const conditions: string[] = [];
  const compare = (comparator: Comparator | null | undefined, sql: string, type: string) => {
    if (comparator != null) conditions.push(...conditionsSql(sql, type, comparator, parameters));
  };
  compare(filter.kind, 'reminder.kind', 'text');
  compare(filter.state, 'reminder.state', 'outbox_state');
  if (filter.isOvertaken != null) conditions.push(`reminder.reason is ${filter.isOvertaken ? 'not ' : ''}distinct from 'OVERTAKEN'`);
  compare(filter.customerId && uuidComparator('Customer', filter.customerId), 'reminder.customer_id', 'uuid');
  compare(filter.contractChangeId && uuidComparator('ContractChange', filter.contractChangeId), 'reminder.contract_change_id', 'uuid');
  compare(filter.plannedAt, 'reminder.planned_at', 'timestamptz');
  compare(filter.endedAt, 'reminder.ended_at', 'timestamptz');
  const isSearch = (filter.recipient ?? '').trim() !== '';
  if (isSearch) {
    const { name, address } = recipientSql;
    conditions.push(personSql(filter.recipient, { name: `coalesce(${name}, '')`, email: `coalesce(${address}, '')` }, parameters));
  }
  return { where: conditions.join(' and ') || 'true', joins: isSearch ? ['person', 'member'] : [] };
}
