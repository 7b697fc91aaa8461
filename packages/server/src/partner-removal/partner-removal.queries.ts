import type pg from 'pg';
import { partnerSetting, type Db } from '../database/transaction.ts';

// Removes all that the database knows of a partner, for good. It deletes from every table, so it is an exception from decision 016, and it
// runs as the owner of the tables, because the server itself has no right to delete log rows. Row-level security holds: each piece is a
// transaction of that partner.

/** So many rows are deleted in one transaction: the locks of a big partner must not be held for long. */
const rowsInPiece = 2_000;
const mostPasses = 5;

/** First what lets people in and mail out. */
const firstTables = ['user_session', 'api_key', 'mail_suppression', 'outbox_message'];

/** References in a circle, or to rows of the same table: they are emptied before their tables. */
const looseReferences = [
  { table: 'partner', key: 'id', column: 'point_of_contact_id' },
  { table: 'customer', key: 'partner_id', column: 'merged_into_id' },
] as const;

/** What ends keys, people and associations. */
const ends = [
  { table: 'api_key', column: 'revoked_at' },
  { table: 'partner_user', column: 'removed_at' },
  { table: 'customer_association', column: 'ended_at' },
] as const;

export type RemovedRows = { table: string; rows: number };

/**
 * Deletes the rows of a partner, those that refer to others first, and last the partner. Work of the server that still runs may add rows
 * meanwhile; then another pass finds them. A removal that was stopped goes on when it is asked for again.
 */
export async function removePartner(owner: pg.Client, partnerId: string, onProgress: (rows: number) => void): Promise<RemovedRows[]> {
  const tables = await tablesOfPartners(owner);
  await moveOperatorKeys(owner, partnerId);
  await closePartner(owner, partnerId);
  const removed = new Map<string, number>();
  let total = 0;
  const count = (table: string, rows: number) => {
    removed.set(table, (removed.get(table) ?? 0) + rows);
    total += rows;
    onProgress(total);
  };
  for (let passesLeft = mostPasses; ; passesLeft -= 1) {
    try {
      for (const { table, key, column } of looseReferences) {
        const empty = `/* removePartner */ update ${table} set ${column} = null where ${key} = $1 and ${column} is not null`;
        await asPartner(owner, partnerId, (tx) => tx.query(empty, [partnerId]));
      }
      for (const table of tables) await deleteAll(owner, partnerId, table, (rows) => count(table, rows));
      const last = await asPartner(owner, partnerId, (tx) =>
        tx.query('/* removePartner */ delete from partner where id = $1', [partnerId]),
      );
      count('partner', last.rowCount ?? 0);
      return [...removed].map(([table, rows]) => ({ table, rows })).filter(({ rows }) => rows > 0);
    } catch (error) {
      const isReferredTo = (error as { code?: string }).code === '23503';
      if (!isReferredTo || passesLeft === 1) throw error;
    }
  }
}

/**
 * The removal of a big partner takes minutes, and may be stopped half-way. From its first second on, nobody comes in, and no mail
 * leaves: reminders are planned and sent only for customers whose association stands.
 */
async function closePartner(owner: pg.Client, partnerId: string): Promise<void> {
  for (const { table, column } of ends) {
    const piece = `/* closePartner */ update ${table} set ${column} = now() where partner_id = $1 and ctid = any (array(
      select found.ctid from ${table} found where found.partner_id = $1 and found.${column} is null limit $2))`;
    await inPieces(owner, partnerId, piece, () => {});
  }
}

async function deleteAll(owner: pg.Client, partnerId: string, table: string, onRows: (rows: number) => void): Promise<void> {
  const piece = `/* removePartner */ delete from ${table} where partner_id = $1 and ctid = any (array(
    select found.ctid from ${table} found where found.partner_id = $1 limit $2))`;
  await inPieces(owner, partnerId, piece, onRows);
}

async function inPieces(owner: pg.Client, partnerId: string, piece: string, onRows: (rows: number) => void): Promise<void> {
  for (;;) {
    const { rowCount } = await asPartner(owner, partnerId, (tx) => tx.query(piece, [partnerId, rowsInPiece]));
    onRows(rowCount ?? 0);
    if ((rowCount ?? 0) < rowsInPiece) return;
  }
}

/** The vendor's keys are stored with a partner, but belong to none: they move to another one. */
async function moveOperatorKeys(owner: pg.Client, partnerId: string): Promise<void> {
  const others = await owner.query<{ id: string }>('/* moveOperatorKeys */ select id from list_partners() where id <> $1 limit 1', [
    partnerId,
  ]);
  const [other] = others.rows;
  if (other === undefined) return;
  await asPartner(owner, partnerId, async (tx) => {
    const { rows } = await tx.query(`/* moveOperatorKeys */ delete from api_key where partner_id = $1 and role = 'OPERATOR' returning *`, [
      partnerId,
    ]);
    await tx.query(`/* moveOperatorKeys */ ${partnerSetting(other.id)}`);
    await tx.query(
      `/* moveOperatorKeys */ insert into api_key (partner_id, id, role, secret_hash, created_at, expires_at, revoked_at)
       select $1, key.id, 'OPERATOR', decode(key.secret_hash, 'hex'), key.created_at, key.expires_at, key.revoked_at
       from json_to_recordset($2) key (id text, secret_hash text, created_at timestamptz, expires_at timestamptz, revoked_at timestamptz)`,
      [other.id, JSON.stringify(rows.map((row: { secret_hash: Buffer }) => ({ ...row, secret_hash: row.secret_hash.toString('hex') })))],
    );
  });
}

async function asPartner<T>(owner: pg.Client, partnerId: string, work: (tx: Db) => Promise<T>): Promise<T> {
  await owner.query('begin');
  try {
    await owner.query(`/* removePartner */ ${partnerSetting(partnerId)}`);
    const result = await work(owner);
    await owner.query('commit');
    return result;
  } catch (error) {
    await owner.query('rollback').catch(() => {});
    throw error;
  }
}

/** The tables with rows of partners, each before those that it refers to. */
async function tablesOfPartners(owner: pg.Client): Promise<string[]> {
  const { rows } = await owner.query<{ table: string; refersTo: string[] }>(
    `/* tablesOfPartners */ select relation.relname::text as "table", array(
       select distinct target.relname::text from pg_constraint rule join pg_class target on target.oid = rule.confrelid
       where rule.conrelid = relation.oid and rule.contype = 'f' and rule.confrelid <> relation.oid) as "refersTo"
     from pg_class relation
     where relation.relnamespace = 'public'::regnamespace and relation.relkind in ('r', 'p') and exists (
       select from pg_attribute attribute where attribute.attrelid = relation.oid and attribute.attname = 'partner_id' and not attribute.attisdropped)
     order by 1`,
  );
  const rank = (table: string) => (firstTables.includes(table) ? firstTables.indexOf(table) : firstTables.length);
  const left = rows.toSorted((a, b) => rank(a.table) - rank(b.table));
  const ordered: string[] = [];
  while (left.length > 0) {
    const next = left.findIndex(({ table }) => left.every((other) => other.table === table || !other.refersTo.includes(table)));
    if (next === -1) throw new Error(`Tables refer to each other in a circle: ${left.map(({ table }) => table).join(', ')}.`);
    ordered.push(...left.splice(next, 1).map(({ table }) => table));
  }
  return ordered;
}
