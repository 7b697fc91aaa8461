import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { PartnerUserRole } from '../access/role.rules.ts';
import { inPartnerTransaction, queryAsPartner, type Db } from '../database/partner-scope.ts';

/** Null when the partner has a user with that e-mail address already. */
export async function createPartnerUser(
  pool: Pool,
  partnerId: string,
  user: { name: string; email: string; role: PartnerUserRole; actor: string },
): Promise<string | null> {
  const id = randomUUID();
  return await inPartnerTransaction(pool, partnerId, async (tx) => {
    const { rowCount } = await tx.query(
      `/* createPartnerUser */ insert into partner_user (partner_id, id, name, email, role) values ($1, $2, $3, $4, $5)
       on conflict (partner_id, lower(email)) do nothing`,
      [partnerId, id, user.name, user.email, user.role],
    );
    if (rowCount === 0) return null;
    await tx.query(
      `/* createPartnerUser */ insert into audit_event (partner_id, id, actor, action, after) values ($1, $2, $3, 'CREATE_USER', $4)`,
      [partnerId, randomUUID(), user.actor, { partnerUserId: id, role: user.role }],
    );
    return id;
  });
}

export async function findPartnerUserByEmail(
  db: Db,
  partnerId: string,
  email: string,
): Promise<{ id: string; role: PartnerUserRole } | null> {
  const rows = await queryAsPartner<[string, PartnerUserRole]>(db, partnerId, {
    name: 'findPartnerUserByEmail',
    select: 'select u.id, u.role from partner_user u where u.partner_id = s.partner_id and lower(u.email) = lower($2)',
    values: [email],
  });
  const [found] = rows;
  return found ? { id: found[0], role: found[1] } : null;
}
