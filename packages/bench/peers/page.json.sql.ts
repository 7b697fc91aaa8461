import { wide, wideFrom } from './page.sql.ts';

// The page whose rows leave PostgreSQL as the JSON text that is sent. Only free text is escaped: enums, dates, numbers and ids need no escaping.

type Json = { literal: string } | { sql: string };

const literal = (text: string): Json => ({ literal: text });
const quoted = (name: string): Json => ({ sql: `coalesce('"' || ${wide[name]} || '"', 'null')` });
const required = (name: string): Json[] => [literal('"'), { sql: `${wide[name]}` }, literal('"')];
const number = (name: string): Json => ({ sql: `coalesce(${wide[name]}::text, 'null')` });
const text = (name: string): Json => ({ sql: `coalesce(to_json(${wide[name]})::text, 'null')` });

function object(fields: Record<string, Json | Json[]>): Json[] {
  const parts = Object.entries(fields).flatMap(([key, value], index) => [literal(`${index === 0 ? '{' : ','}"${key}":`), value].flat());
  return [...parts, literal('}')];
}

/** SQL that puts the parts together; neighbouring literals become one. */
function joined(parts: readonly Json[]): string {
  const merged: Json[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (last !== undefined && 'literal' in last && 'literal' in part) last.literal += part.literal;
    else merged.push({ ...part });
  }
  return merged.map((part) => ('literal' in part ? `'${part.literal}'` : part.sql)).join(' || ');
}

const money = (amount: string, currency: string) => object({ amount: required(amount), currencyCode: required(currency) });

const contact = joined(object({ name: text('primary_contact_name'), email: text('primary_contact_email') }));

const node = joined(
  object({
    id: [literal('"cch_'), { sql: 'c.id' }, literal('"')],
    customer: object({ name: text('customer_name'), website: text('website'), hubId: quoted('hub_id') }),
    communicationOwner: required('communication_owner'),
    type: required('type'),
    status: required('status'),
    renewalDeadline: quoted('renewal_deadline'),
    primaryContact: { sql: `case when c.primary_contact_name is null then 'null' else ${contact} end` },
    renewalStartDate: quoted('renewal_start_date'),
    currentTerms: object({
      maxContacts: number('max_contacts'),
      emailLimit: number('email_limit'),
      billingFrequency: quoted('billing_frequency'),
      billingIntervalMonths: number('billing_interval_months'),
      subscriptionTermMonths: number('subscription_term_months'),
      mrr: money('current_mrr', 'current_currency'),
    }),
    newTerms: object({ mrr: money('new_mrr', 'new_currency') }),
  }),
);

/** Rows of the node's JSON text, its date and its id. */
export const jsonPageSql = (isAfter: boolean): string => `/* json */ select ${node}, c.effective_date, c.id ${wideFrom(isAfter)}`;
