import { adminRoles } from '../access/role.rules.ts';
import type { Reader } from '../database/reader.ts';
import { Parameters } from '../database/sql.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { inputError, notFound } from '../graphql/user-error.ts';
import { selectKeyed } from '../reading/keyed.queries.ts';
import type { Projection } from '../reading/projection.ts';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { viewOwnerOf, visibleSql } from './saved-view.fields.ts';

/** The view with which the dashboard opens for the viewer: their own choice, else the one for everyone. A view that they do not see is none. */
export async function findDefaultView(reader: Reader, projection: Projection): Promise<readonly unknown[] | null> {
  const parameters = new Parameters();
  const owner = parameters.add(viewOwnerOf(reader.viewer), 'uuid');
  const found = await selectKeyed(reader, projection, {
    name: 'findDefaultView',
    key: 'choice.partner_id',
    from: 'default_view choice join saved_view view on view.partner_id = choice.partner_id and view.id = choice.view_id',
    where: `choice.partner_id = scope.partner_id and (choice.for_everyone or choice.principal_id = ${owner}) and ${visibleSql(owner)}`,
    orderBy: ['choice.for_everyone'],
    parameters,
  });
  return found.get(reader.partnerId)?.[0] ?? null;
}

/** `viewId` is null to choose none, and its `id` is null if no view can have that ID. */
type DefaultViewChoice = { view: { id: string | null } | null; forEveryone: boolean };

/** Chooses a view for the viewer or for everyone. The same choice again changes nothing. */
export async function setDefaultView(write: Write, { view, forEveryone }: DefaultViewChoice): Promise<Outcome> {
  const { tx, viewer } = write;
  const ownerId = viewOwnerOf(viewer);
  if (forEveryone && !adminRoles.includes(viewer.role))
    return failed(inputError('NOT_ALLOWED', 'Choosing the default view for everyone needs the role ADMIN.', 'forEveryone'));
  // The lock lets nobody delete the view, or share it no more, before this is committed.
  const chosen = view === null ? null : await lockVisible(tx, view.id, ownerId);
  if (view !== null && chosen === null) return failed(notFound('view', 'viewId'));
  if (forEveryone && chosen !== null && !chosen.isShared)
    return failed(inputError('INVALID', 'A default view for everyone must be shared. Share this view first.', 'viewId'));
  const place = [tx.partnerId, forEveryone ? tx.partnerId : ownerId, forEveryone];
  const { rows } = await tx.query<{ id: string }>(
    `/* setDefaultView */ select view_id as id from default_view where partner_id = $1 and principal_id = $2 and for_everyone = $3 for update`,
    place,
  );
  const before = rows[0]?.id ?? null;
  const after = chosen?.id ?? null;
  if (before === after) return { userErrors: [] };
  await tx.query(
    after === null
      ? '/* clearDefaultView */ delete from default_view where partner_id = $1 and principal_id = $2 and for_everyone = $3'
      : `/* setDefaultView */ insert into default_view (partner_id, principal_id, for_everyone, view_id) values ($1, $2, $3, $4)
         on conflict (partner_id, principal_id, for_everyone) do update set view_id = excluded.view_id`,
    after === null ? place : [...place, after],
  );
  await recordAuditEvent(write, {
    action: 'SET_DEFAULT_VIEW',
    before: { savedViewId: before, forEveryone },
    after: { savedViewId: after, forEveryone },
  });
  return { userErrors: [] };
}

async function lockVisible(tx: PartnerTransaction, id: string | null, ownerId: string | null) {
  const { rows } = await tx.query<{ id: string; isShared: boolean }>(
    `/* lockDefaultView */ select view.id, view.is_shared as "isShared" from saved_view view
     where view.partner_id = $1 and view.id = $2 and ${visibleSql('$3')} for share`,
    [tx.partnerId, id, ownerId],
  );
  return rows[0] ?? null;
}

/** A view that is shared no more stays the default of its owner alone. */
export async function forgetDefaultOfOthers(tx: PartnerTransaction, viewId: string, ownerId: string): Promise<void> {
  await tx.query(
    '/* forgetDefaultOfOthers */ delete from default_view where partner_id = $1 and view_id = $2 and (for_everyone or principal_id <> $3)',
    [tx.partnerId, viewId, ownerId],
  );
}

/** Forgets the choice of a user. */
export async function deleteDefaultView(tx: PartnerTransaction, userId: string): Promise<void> {
  await tx.query('/* deleteDefaultView */ delete from default_view where partner_id = $1 and principal_id = $2', [tx.partnerId, userId]);
}
