import type { PartnerTransaction } from '../database/transaction.ts';

/** What a user has chosen; null is the default. */
export type Preference = {
  deadline_reminders: boolean | null;
  after_the_fact: boolean | null;
  weekly_digest: boolean | null;
  only_own_customers: boolean;
  language: string | null;
};
const noPreference: Preference = {
  ...{ deadline_reminders: null, after_the_fact: null, weekly_digest: null, only_own_customers: false, language: null },
};

/** Changes what a user has chosen, and returns it before and after. */
export async function editPreference(
  tx: PartnerTransaction,
  userId: string,
  changes: Partial<Preference>,
): Promise<{ before: Preference; after: Preference }> {
  // The row of the user keeps two edits apart, also before there is one to lock here.
  await tx.query('/* editPreference */ select from partner_user where partner_id = $1 and id = $2 for no key update', [
    tx.partnerId,
    userId,
  ]);
  const { rows } = await tx.query<Preference>(
    `/* editPreference */ select deadline_reminders, after_the_fact, weekly_digest, only_own_customers, language
     from reminder_preference where partner_id = $1 and partner_user_id = $2`,
    [tx.partnerId, userId],
  );
  const before = rows[0] ?? noPreference;
  const after = { ...before, ...changes };
  await tx.query(
    `/* editPreference */ insert into reminder_preference
       (partner_id, partner_user_id, deadline_reminders, after_the_fact, weekly_digest, only_own_customers, language)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (partner_id, partner_user_id) do update set deadline_reminders = excluded.deadline_reminders,
       after_the_fact = excluded.after_the_fact, weekly_digest = excluded.weekly_digest,
       only_own_customers = excluded.only_own_customers, language = excluded.language`,
    [tx.partnerId, userId, after.deadline_reminders, after.after_the_fact, after.weekly_digest, after.only_own_customers, after.language],
  );
  return { before, after };
}
