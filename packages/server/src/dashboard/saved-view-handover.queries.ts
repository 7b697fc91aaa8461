import type { PartnerTransaction } from '../database/transaction.ts';

/** Deletes the private views of a user, and passes the shared ones on to the partner. */
export async function handOverViews(tx: PartnerTransaction, userId: string): Promise<{ deleted: string[]; passedOn: string[] }> {
  const deleted = await tx.query<{ id: string }>(
    '/* handOverViews */ delete from saved_view where partner_id = $1 and principal_id = $2 and not is_shared returning id',
    [tx.partnerId, userId],
  );
  const shared = await tx.query<{ id: string }>(
    '/* handOverViews */ select view.id from saved_view view where view.partner_id = $1 and view.principal_id = $2 order by view.name, view.id for update',
    [tx.partnerId, userId],
  );
  // One by one, since each takes a name; a partner has at most 100 shared views.
  for (const { id } of shared.rows) await passOn(tx, id);
  return { deleted: deleted.rows.map(({ id }) => id).sort(), passedOn: shared.rows.map(({ id }) => id) };
}

/** The view keeps its name, or gets a number if the partner has a view of that name. */
async function passOn(tx: PartnerTransaction, viewId: string): Promise<void> {
  await tx.query(
    `/* passOnView */ update saved_view view
     set principal_id = $1, name = free.name, version = view.version + case when free.name = view.name then 0 else 1 end
     from (
       select case number when 1 then own.name else left(own.name, 94) || ' (' || number || ')' end as name
       from saved_view own cross join generate_series(1, 1000) number
       where own.partner_id = $1 and own.id = $2 and not exists (
         select from saved_view other where other.partner_id = $1 and other.principal_id = $1
           and lower(other.name) = lower(case number when 1 then own.name else left(own.name, 94) || ' (' || number || ')' end))
       order by number limit 1
     ) free
     where view.partner_id = $1 and view.id = $2`,
    [tx.partnerId, viewId],
  );
}
