import pg, { type Pool, type PoolClient, type QueryResult } from 'pg';
import { inOrder } from './in-order.ts';
import { withPartnerConstant } from './one-shard.sql.ts';
import { packStatements } from './packed-statements.ts';
import { statementName } from './statement-names.ts';
import { positionSql, replicaOf } from './replica.ts';
import { maxSharedOf } from './shared-connections.ts';
import { databaseFault, isSerializationFailure } from './unavailable.ts';
import { usageOf } from './usage.ts';

/** Anything that runs a statement: the pool, or one connection inside a transaction. */
export type Db = Pick<PoolClient, 'query'>;

/** One connection inside a transaction of one partner; only {@link inPartnerTransaction} makes it. */
export type PartnerTransaction = Db & {
  readonly partnerId: string;
  /** Leaves statements whose results nobody reads to the commit, which awaits them and travels with them. */
  readonly leaveToCommit: (...sent: readonly Promise<unknown>[]) => void;
};

/** Queries of a connection. Those of the transaction's partner, their first value, name it wherever they read; routine ones have names. */
function ofPartner(query: Db['query'], isRoutine: boolean, isOver: () => boolean): Db['query'] {
  const send = (...statement: [statement: unknown, values?: unknown]) => {
    if (isOver()) throw lateStatement();
    return (query as (...all: unknown[]) => unknown)(...statement);
  };
  // Not an arrow function: a transaction can act for another partner for a while.
  return function (this: PartnerTransaction, statement: unknown, values?: unknown[]) {
    const { partnerId } = this;
    if (typeof statement !== 'string' || values === undefined) return send(statement, values);
    const text = values[0] === partnerId ? withPartnerConstant(statement, partnerId) : statement;
    return isRoutine ? send({ name: statementName(text, 'write', partnerId), text, values }) : send(text, values);
  } as Db['query'];
}

const lateStatement = () => new Error('A statement came after the end of its transaction.');

/** `end` waits for what was sent, and refuses what comes later. */
function readsAfterCommit(query: Db['query']): Db & { end(): Promise<void> } {
  const sent: Promise<unknown>[] = [];
  let isOver = false;
  return {
    query: ((...statement: [statement: unknown]) => {
      if (isOver) throw lateStatement();
      const answer = (query as (...all: unknown[]) => Promise<unknown>)(...statement);
      sent.push(answer);
      return answer;
    }) as Db['query'],
    async end() {
      isOver = true;
      await Promise.allSettled(sent);
    },
  };
}

/** The statement that makes a partner the one of its transaction. Not set_config(): an engine with shards passes on only `set local`. */
export const partnerSetting = (partnerId: string): string => `set local app.partner_id = ${pg.escapeLiteral(partnerId)}`;

type Work<T> = (tx: PartnerTransaction, opened: Promise<unknown>) => Promise<T>;

type Way<T> = {
  /** Its statements are planned once a connection, and those sent without waiting for each other are one packet. */
  isRoutine?: boolean;
  /** Statements that the first packet sends after `begin`. */
  opening?: readonly string[];
  /**
   * Reads after the commit on the same connection; what it sends at once travels with the commit. Its failure fails nothing here. Behind a
   * pooler it is not called.
   */
  after?: (result: T, db: Db) => Promise<unknown>;
};

/**
 * Runs a unit of work as one partner in one transaction; serialization failures and deadlocks are tried again. Deriving a customer's rows
 * again takes longer to plan than to do, so most work is routine. An import is not: its statements are best planned for what they find, and
 * COPY has a connection to itself. `opened` has the first row of the last opening statement.
 */
export async function inPartnerTransaction<T>(
  pool: Pool,
  partnerId: string,
  work: Work<T>,
  { attempts = 3, ...way }: Way<T> & { attempts?: number } = {},
): Promise<T> {
  for (let left = attempts; ; left -= 1) {
    try {
      return await tryInPartnerTransaction(pool, partnerId, work, way);
    } catch (error) {
      if (left <= 1 || !isSerializationFailure(error)) throw error;
    }
  }
}

async function tryInPartnerTransaction<T>(
  pool: Pool,
  partnerId: string,
  work: Work<T>,
  { isRoutine = false, opening = [], after }: Way<T>,
): Promise<T> {
  const client = await usageOf(pool).connect(pool);
  let broken: Error | undefined;
  // Of work that fails, a branch may go on. Its next statement would reach whoever has the connection then, maybe another partner.
  let isOver = false;
  // A connection that dies while checked out must not take the process with it; the running statement rejects.
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  const stopPacking = isRoutine ? packStatements(pool, client) : () => undefined;
  try {
    // Each round trip costs a mutation as much as a small statement does.
    const begun: Promise<unknown> = client.query(['/* inPartnerTransaction */ begin', partnerSetting(partnerId), ...opening].join('; '));
    const opened = quietly(begun.then((results) => (results as QueryResult[]).at(-1)!.rows[0] as unknown));
    const left: Promise<unknown>[] = [opened];
    const tx: PartnerTransaction = {
      partnerId,
      query: ofPartner(client.query, isRoutine, () => isOver),
      leaveToCommit: (...sent) => void left.push(...sent.map(quietly)),
    };
    const result = await work(tx, opened).catch(async (error: unknown) => {
      // After a failed statement, the later ones fail because of it.
      await inOrder(...left);
      throw error;
    });
    const replica = replicaOf(pool);
    isOver = true;
    // Of an aborted transaction, the commit is a rollback; the statement that failed rejects.
    const committing = inOrder(...left, client.query(replica ? `commit; ${positionSql}` : 'commit'));
    const reads = readsAfterCommit(client.query);
    const reading = isRoutine && maxSharedOf(pool) > 0 ? after?.(result, reads) : undefined;
    await Promise.allSettled([committing, reading]);
    await reads.end();
    const ended: unknown = await committing;
    replica?.note(partnerId, (ended as QueryResult<{ position: string }>[]).at(-1)!.rows[0]!.position);
    return result;
  } catch (error) {
    isOver = true;
    await client.query('rollback').catch((rollbackError: Error) => (broken = rollbackError));
    // Another host may accept changes; a new connection looks for it.
    if (databaseFault(error) === 'READ_ONLY') broken ??= error as Error;
    throw error;
  } finally {
    client.off('error', onError);
    stopPacking();
    client.release(broken);
  }
}

/** Its rejection is handled later. */
function quietly<T>(sent: Promise<T>): Promise<T> {
  sent.catch(() => undefined);
  return sent;
}
