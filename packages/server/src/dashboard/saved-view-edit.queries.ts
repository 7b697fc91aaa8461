import { hash, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { managerRoles } from '../access/role.rules.ts';
import type { Viewer } from '../access/viewer.ts';
import type { PartnerTransaction } from '../database/transaction.ts';
import { conflict, inputError, notFound } from '../graphql/user-error.ts';
import type { UserError } from '../graphql/user-error.type.ts';
import { forgetDefaultOfOthers } from './default-view.queries.ts';
import { viewOwnerOf, visibleSql } from './saved-view.fields.ts';

type SavedViewOutcome = Outcome<'savedView'>;

/** A view as stored; filter and order are the JSON of the input. */
type View = { name: string; isShared: boolean; columns: readonly string[]; query: string | null; filter: unknown; orderBy: unknown };

type StoredView = View & { id: string; ownerId: string; version: number };

const maxViews = 100;
const tracedBytes = 1_000;

export async function createSavedView(write: Write, view: View): Promise<SavedViewOutcome> {
  const { tx, viewer } = write;
  const ownerId = viewer.partnerUserId ?? tx.partnerId;
  const error = sharingError(viewer, view);
  if (error !== null) return failed(error);
  const full = await limitError(write, ownerId, { isNew: true, isShared: view.isShared });
  if (full !== null) return failed(full);
  const id = randomUUID();
  const { rows } = await tx.query(
    `/* createSavedView */ insert into saved_view (partner_id, id, principal_id, name, is_shared, columns, query, filter, order_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (partner_id, principal_id, lower(name)) do nothing returning id`,
    [tx.partnerId, id, ownerId, ...valuesOf(view)],
  );
  if (rows.length === 0) return failed(nameTaken(view));
  await recordAuditEvent(write, { action: 'CREATE_SAVED_VIEW', after: { savedViewId: id, ...traced(view) } });
  return { savedViewId: id, userErrors: [] };
}

/** The error of one view more than the owner, or the partner, can have. */
async function limitError({ tx }: Write, ownerId: string, { isNew, isShared }: { isNew: boolean; isShared: boolean }) {
  const { rows } = await tx.query<{ own: number; shared: number }>(
    `/* limitError */ select (count(*) filter (where principal_id = $2))::int as own, (count(*) filter (where is_shared))::int as shared
     from saved_view where partner_id = $1`,
    [tx.partnerId, ownerId],
  );
  const { own, shared } = rows[0]!;
  if (isNew && own >= maxViews) return inputError('INVALID', `You have ${maxViews} views already. Delete one first.`);
  if (!isShared || shared < maxViews) return null;
  return inputError('INVALID', `There are ${maxViews} shared views already. Delete one first, or keep this one private.`, 'isShared');
}

type Edit = { id: string | null; expectedVersion: number | null };

/** Changes the given fields of a view. The same input again changes nothing. */
export async function updateSavedView(write: Write, edit: Edit, changes: Partial<View>): Promise<SavedViewOutcome> {
  const { tx, viewer } = write;
  const stored = await lockEditable(write, edit);
  if ('code' in stored) return failed(stored);
  const { id, ownerId: _owner, version: _version, ...before } = stored;
  const after: View = { ...before, ...changes };
  const becomesShared = after.isShared && !before.isShared;
  const error =
    sharingError(viewer, after) ?? (becomesShared ? await limitError(write, stored.ownerId, { isNew: false, isShared: true }) : null);
  if (error !== null) return failed(error);
  const isChanged = await replaceView(tx, stored, after);
  if (isChanged === null) return failed(nameTaken(after));
  if (before.isShared && !after.isShared) await forgetDefaultOfOthers(tx, id, stored.ownerId);
  if (isChanged) {
    // Only what has changed.
    const names = Object.keys(after).filter((name) => !isDeepStrictEqual(before[name as keyof View], after[name as keyof View]));
    const changed = (view: View) => ({
      savedViewId: id,
      ...Object.fromEntries(names.map((name) => [name, traced(view)[name as keyof View]])),
    });
    await recordAuditEvent(write, { action: 'UPDATE_SAVED_VIEW', before: changed(before), after: changed(after) });
  }
  return { savedViewId: id, userErrors: [] };
}

/**
 * A view as the audit trail keeps it. The trail is never deleted, and one client could fill the disk with large filters: such a filter is
 * recognized by its hash.
 */
function traced(view: View): View {
  const text = JSON.stringify(view.filter);
  const bytes = Buffer.byteLength(text);
  return bytes <= tracedBytes ? view : { ...view, filter: { sha256: hash('sha256', text), bytes } };
}

/** Returns whether anything changed; null if the name is taken, perhaps by a view created concurrently. */
async function replaceView(tx: PartnerTransaction, { id, version }: StoredView, after: View): Promise<boolean | null> {
  await tx.query('/* replaceView */ savepoint before_name');
  try {
    const { rows } = await tx.query(
      `/* replaceView */ update saved_view
       set name = $3, is_shared = $4, columns = $5, query = $6, filter = $7, order_by = $8, version = version + 1
       where partner_id = $1 and id = $2 and version = $9
         and (name, is_shared, columns, query, filter, order_by) is distinct from ($3, $4, $5::text[], $6, $7::jsonb, $8::jsonb)
       returning version`,
      [tx.partnerId, id, ...valuesOf(after), version],
    );
    return rows.length > 0;
  } catch (error) {
    if ((error as { constraint?: string }).constraint !== 'saved_view_name_key') throw error;
    await tx.query('/* replaceView */ rollback to savepoint before_name');
    return null;
  }
}

export async function deleteSavedView(write: Write, edit: Edit): Promise<SavedViewOutcome> {
  const { tx } = write;
  const stored = await lockEditable(write, edit);
  if ('code' in stored) return failed(stored);
  const { id, name, isShared } = stored;
  await tx.query('/* deleteSavedView */ delete from saved_view where partner_id = $1 and id = $2', [tx.partnerId, id]);
  // Earlier events have the rest.
  await recordAuditEvent(write, { action: 'DELETE_SAVED_VIEW', before: { savedViewId: id, name, isShared } });
  return { savedViewId: id, userErrors: [] };
}

/** Finds and locks a view that the viewer may change: their own, if shared only as MANAGER or ADMIN; or as ADMIN a shared one. */
async function lockEditable({ tx, viewer }: Write, { id, expectedVersion }: Edit): Promise<StoredView | UserError> {
  const ownerId = viewOwnerOf(viewer);
  const view = id === null ? null : await lockVisible(tx, id, ownerId);
  if (view === null) return notFound('view', 'id');
  if (view.ownerId !== ownerId && viewer.role !== 'ADMIN') {
    return inputError(
      'NOT_ALLOWED',
      'Only its owner or an ADMIN can change or delete this shared view. Make a view of your own from it.',
      'id',
    );
  }
  const error = sharingError(viewer, view, 'id');
  if (error !== null) return error;
  return expectedVersion !== null && expectedVersion !== view.version ? conflict(view.version) : view;
}

async function lockVisible(tx: PartnerTransaction, id: string, ownerId: string | null): Promise<StoredView | null> {
  const { rows } = await tx.query<StoredView>(
    `/* lockVisible */ select view.id, view.principal_id as "ownerId", view.version, view.name, view.is_shared as "isShared", view.columns, view.query,
       view.filter, view.order_by as "orderBy"
     from saved_view view where view.partner_id = $1 and view.id = $2 and ${visibleSql('$3')} for update`,
    [tx.partnerId, id, ownerId],
  );
  return rows[0] ?? null;
}

/** A view that is or becomes shared is the team's: its owner may have lost the role, or be the partner, which VIEWER keys act for too. */
function sharingError({ role }: Viewer, { isShared }: View, field: 'id' | 'isShared' = 'isShared'): UserError | null {
  if (!isShared || managerRoles.includes(role)) return null;
  const message =
    field === 'id'
      ? 'Changing or deleting a shared view needs the role MANAGER or ADMIN. Make a view of your own from it.'
      : 'Sharing a view needs the role MANAGER or ADMIN. You can keep it as your own.';
  return inputError('NOT_ALLOWED', message, field);
}

const nameTaken = ({ name }: View) => inputError('TAKEN', `There is a view “${name}” already. Choose another name.`, 'name');

function valuesOf({ name, isShared, columns, query, filter, orderBy }: View): unknown[] {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  return [name, isShared, columns, query, json(filter), json(orderBy)];
}
