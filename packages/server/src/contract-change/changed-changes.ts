import type { GraphQLResolveInfo } from 'graphql';
import type { RequestContext } from '../graphql/context.ts';
import { maxListLength } from '../graphql/connection.type.ts';
import { selectedOf } from '../reading/source.ts';
import { orItsError } from '../writing/read-back.ts';
import { ContractChange } from './contract-change.entity.ts';
import { findUpcomingOfChanged, type Changed } from './contract-change.queries.ts';
import { contractChanges } from './contract-change.source.ts';

const bound = `by effective date, at most ${maxListLength}; null on error.`;

/** The field `contractChanges` of a payload: with it, caches of clients get every row that the mutation changed. */
export const contractChangesField = [[ContractChange], `Upcoming changes of the customer, ${bound}`] as const;
export const changesOfContractField = [[ContractChange], `Upcoming changes of the contract, ${bound}`] as const;
export const contractChangesOfManyField = [[ContractChange], `Upcoming changes of the changed customers, ${bound}`] as const;

/** The changes in the field at this path below the current one; null if nothing changed. */
export async function readChanges(
  { reader }: RequestContext,
  info: GraphQLResolveInfo,
  changed: Changed | null,
  ...path: string[]
): Promise<Record<string, unknown>[] | Error | null> {
  const projection = selectedOf(contractChanges, info, ...path);
  if (changed === null || projection === null) return null;
  const reading = findUpcomingOfChanged(reader, projection, changed);
  return await orItsError(reading.then((rows) => rows.map((row) => projection.shape(row, reader.viewer))));
}
