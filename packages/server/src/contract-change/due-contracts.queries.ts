import type { PartnerTransaction } from '../database/transaction.ts';
import { concernedContractsSql } from './settling.queries.ts';

/** Contracts with something to do on the way to a date, in the order of their ids, each with its customer and its number of open changes. */
export type DueContracts = readonly { id: string; customer: string; weight: number }[];

/**
 * SQL: contracts with decisions dated after one day and through another. A decision with a future date counts from that date on, so rows
 * derived earlier do not include it.
 */
export const contractsOfDatesSql = (partnerId: string, after: string, through: string) => `
  select change.contract_id
  from contract_change_decision decision
  cross join lateral (
    select contract_id from contract_change where partner_id = ${partnerId} and id = decision.contract_change_id offset 0) change
  where decision.partner_id = ${partnerId} and decision.decided_on + 0 > ${after} and decision.decided_on + 0 <= ${through}`;

const weighedSql = (name: string, contracts: string) => `/* ${name} */
  select concerned.contract_id as id, contract.customer_id as customer, 1 + (
    -- a filter, since a predicate would let the planner take the index of all open changes
    select (count(*) filter (where change.settled_on is null))::integer from contract_change change
    where change.partner_id = $1 and change.contract_id = concerned.contract_id) as weight
  from (${contracts}) concerned
  cross join lateral (select customer_id from contract where partner_id = $1 and id = concerned.contract_id offset 0) contract
  order by concerned.contract_id`;

/** $2: through; $3: after, null for all contracts: a migration that changes what rows hold forgets the day. */
export const contractsSql = weighedSql(
  'concernedContracts',
  `${concernedContractsSql()} union ${contractsOfDatesSql('$1', '$3::date', '$2')}
   union select contract.id from contract where contract.partner_id = $1 and $3::date is null`,
);
/** $2, $3 as before. Decisions that were recorded after the contracts were read have just been recorded. */
export const lateSql = weighedSql(
  'lateContracts',
  `${concernedContractsSql()} union ${contractsOfDatesSql('$1', "coalesce($3::date, '-infinity')", '$2')} and decision.recorded_at > now() - interval '1 hour'`,
);

export async function readContracts(tx: PartnerTransaction, sql: string, values: unknown[]): Promise<DueContracts> {
  const { rows } = await tx.query<DueContracts[number]>(sql, values);
  return rows;
}

export async function hasContracts(tx: PartnerTransaction): Promise<boolean> {
  return (await tx.query('/* hasContracts */ select from contract where partner_id = $1 limit 1', [tx.partnerId])).rows.length > 0;
}

/** More contracts than this take too long to read under the partner's lock. */
const many = 10_000;

export async function hasManyContracts(tx: PartnerTransaction): Promise<boolean> {
  const { rows } = await tx.query('/* hasManyContracts */ select from contract where partner_id = $1 offset $2 limit 1', [
    tx.partnerId,
    many,
  ]);
  return rows.length > 0;
}

/** Their open changes, one more for each contract. */
export const weightOf = (contracts: DueContracts) => contracts.reduce((sum, { weight }) => sum + weight, 0);

/** The place of the first contract after an id. Ids sort as texts in the order of the database. */
function firstAfter(contracts: DueContracts, after: string | null): number {
  if (after === null) return 0;
  const index = contracts.findIndex(({ id }) => id > after);
  return index === -1 ? contracts.length : index;
}

/** Those that are not left out. */
export function without(contracts: DueContracts, leftOut: DueContracts): DueContracts {
  const ids = new Set(leftOut.map(({ id }) => id));
  return contracts.filter(({ id }) => !ids.has(id));
}

/** Two lists as one, in the order of the ids. */
export const together = (contracts: DueContracts, others: DueContracts): DueContracts =>
  [...contracts, ...others].sort((one, other) => (one.id < other.id ? -1 : 1));

/**
 * The last contracts after a piece with about so many open changes, which another transaction can pass at the same time: none has a customer
 * of the piece. None, unless as much is left for the next piece.
 */
export function cutBeside(contracts: DueContracts, piece: DueContracts, size: number): DueContracts {
  const rest = contracts.slice(firstAfter(contracts, piece.at(-1)?.id ?? null));
  if (weightOf(rest) < 2 * size) return [];
  const customers = new Set(piece.map(({ customer }) => customer));
  let weight = 0;
  return rest
    .toReversed()
    .filter((contract) => weight < size && !customers.has(contract.customer) && (weight += contract.weight) > 0)
    .toReversed();
}

/** The first contracts after an id with about so many open changes, at least one contract if any is left. */
export function cut(contracts: DueContracts, after: string | null, size: number): DueContracts {
  const rest = contracts.slice(firstAfter(contracts, after));
  let weight = 0;
  const end = rest.findIndex((contract, index) => (weight += contract.weight) > size && index > 0);
  return end === -1 ? rest : rest.slice(0, end);
}
