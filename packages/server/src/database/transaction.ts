import pg, { type Pool, type PoolClient, type QueryResult } from 'pg';
import { statementName } from './statement-names.ts';
import { positionSql, replicaOf } from './replica.ts';
import { databaseFault, isSerializationFailure } from './unavailable.ts';
import { usageOf } from './usage.ts';

/** Anything that runs a statement: the pool, or one connection inside a transaction. */
export type Db = Pick<PoolClient, 'query'>;

/** One connection inside a transaction of one partner; only {@link inPartnerTransaction} makes it. */
export type PartnerTransaction = Db & { readonly partnerId: string };

/** Queries of a connection, those given as text with values under a name. */
function named(client: Db, partnerId: string): Db['query'] {
  const query = client.query.bind(client) as (statement: unknown, values?: unknown) => unknown;
  return ((statement: unknown, values?: unknown[]) =>
    typeof statement === 'string' && values !== undefined
      ? query({ name: statementName(statement, 'write', partnerId), text: statement, values })
      : query(statement, values)) as Db['query'];
}

/**
 * Runs a unit of work as one partner in one transaction; serialization failures and deadlocks are tried again. With `isRoutine`, its
 * statements are planned once a connection: deriving a customer's rows again takes longer to plan than to do. An import is none: its
 * statements are best planned for what they find. `opening` are statements that the first round trip sends after `begin`; `work` gets the
 * first row of the last one.
 */
export async function inPartnerTransaction<T>(
  pool: Pool,
  partnerId: string,
  work: (tx: PartnerTransaction, opened: unknown) => Promise<T>,
  { isRoutine = false, attempts = 3, opening = [] as readonly string[] } = {},
): Promise<T> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await tryInPartnerTransaction(pool, partnerId, work, { isRoutine, opening });
    } catch (error) {
      if (left <= 1 || !isSerializationFailure(error)) throw error;
    }
  }
}

async function tryInPartnerTransaction<T>(
  pool: Pool,
  partnerId: string,
  work: (tx: PartnerTransaction, opened: unknown) => Promise<T>,
  { isRoutine, opening }: { isRoutine: boolean; opening: readonly string[] },
): Promise<T> {
  const client = await usageOf(pool).connect(pool);
  let broken: Error | undefined;
  // A connection that dies while checked out must not take the process with it; the running statement rejects.
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  try {
    // In one round trip: to a mutation, each costs as much as a small statement does.
    // Not set_config(): an engine with shards passes on only `set local`.
    const setting = `set local app.partner_id = ${pg.escapeLiteral(partnerId)}`;
    const begun: unknown = await client.query(['/* inPartnerTransaction */ begin', setting, ...opening].join('; '));
    const { rows } = (begun as QueryResult[]).at(-1)!;
    const result = await work({ partnerId, query: isRoutine ? named(client, partnerId) : client.query.bind(client) }, rows[0]);
    const replica = replicaOf(pool);
    if (!replica) await client.query('commit');
    else {
      const ended: unknown = await client.query(`commit; ${positionSql}`);
      replica.note(partnerId, (ended as QueryResult<{ position: string }>[]).at(-1)!.rows[0]!.position);
    }
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => (broken = rollbackError));
    // Another host may accept changes; a new connection looks for it.
    if (databaseFault(error) === 'READ_ONLY') broken ??= error as Error;
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
