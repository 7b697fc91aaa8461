import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { systemActor } from '../access/actor.ts';
import { recordAuditEvent, type Author } from '../writing/audit-event.queries.ts';
import type { PartnerUserRole } from '../access/role.rules.ts';
import type { PartnerReader } from '../database/reader.ts';
import { inPartnerTransaction } from '../database/transaction.ts';

export type NewUser = { name: string; email: string; role: PartnerUserRole };

/** Creates a user; null if the partner already has one with that e-mail address. */
export async function createPartnerUser(
  pool: Pool,
  partnerId: string,
  { actor, ...user }: NewUser & { actor: string },
): Promise<string | null> {
  return await inPartnerTransaction(pool, partnerId, (tx) => insertPartnerUser({ tx, actor: systemActor(actor), requestId: null }, user));
}

/** The same within a transaction of the caller. */
export async function insertPartnerUser(write: Author, user: NewUser): Promise<string | null> {
  const { tx } = write;
  const id = randomUUID();
  const { rowCount } = await tx.query(
    `/* createPartnerUser */ insert into partner_user (partner_id, id, name, email, role) values ($1, $2, $3, $4, $5)
     on conflict (partner_id, lower(email)) where removed_at is null do nothing`,
    [tx.partnerId, id, user.name, user.email, user.role],
  );
  if (rowCount === 0) return null;
  await recordAuditEvent(write, { action: 'CREATE_USER', after: { partnerUserId: id, role: user.role } });
  return id;
}

export async function findPartnerUserByEmail(reader: PartnerReader, email: string): Promise<{ id: string; role: PartnerUserRole } | null> {
  const rows = await reader.select<[string, PartnerUserRole]>({
    name: 'findPartnerUserByEmail',
    select:
      'select person.id, person.role from partner_user person ' +
      'where person.partner_id = scope.partner_id and lower(person.email) = lower($2) and person.removed_at is null',
    values: [email],
  });
  const [found] = rows;
  return found ? { id: found[0], role: found[1] } : null;
}

export type PartnerUserEntry = { id: string; name: string; email: string; role: PartnerUserRole; createdAt: Date };

/** The users of a partner by name; the command line lists them. */
export async function listPartnerUsers(reader: PartnerReader): Promise<PartnerUserEntry[]> {
  const rows = await reader.select<[string, string, string, PartnerUserRole, Date]>({
    name: 'listPartnerUsers',
    select: `select person.id, person.name, person.email, person.role, person.created_at from partner_user person
      where person.partner_id = scope.partner_id and person.removed_at is null`,
    orderBy: 'found.name collate "und-x-icu", found.id',
    values: [],
  });
  return rows.map(([id, name, email, role, createdAt]) => ({ id, name, email, role, createdAt }));
}
