import type { PartnerTransaction } from '../database/transaction.ts';

/** What a user has chosen; null is the default. */
export type Preference = {
  deadline_reminders: boolean | null;
  after_the_fact: boolean | null;
  weekly_digest: boolean | null;
  only_own_customers: boolean;
  language: string | null;
};

/**
 * Keeps two edits of a user apart until the transaction ends. A user without a row gets one, with the defaults. The user's own row would not
 * do: every mutation of the user holds a shared lock of it, so two of them would wait for each other.
 */
export async function lockPreference(tx: PartnerTransaction, userId: string): Promise<Preference> {
  await tx.query(
    `/* lockPreference */ insert into reminder_preference (partner_id, partner_user_id) values ($1, $2)
     on conflict (partner_id, partner_user_id) do nothing`,
    [tx.partnerId, userId],
  );
  const { rows } = await tx.query<Preference>(
    `/* lockPreference */ select deadline_reminders, after_the_fact, weekly_digest, only_own_customers, language
     from reminder_preference where partner_id = $1 and partner_user_id = $2 for update`,
    [tx.partnerId, userId],
  );
  return rows[0]!;
}

/** Changes what a user has chosen, and returns it before and after. */
export async function editPreference(
  tx: PartnerTransaction,
  userId: string,
  changes: Partial<Preference>,
): Promise<{ before: Preference; after: Preference }> {
  const before = await lockPreference(tx, userId);
  const after = { ...before, ...changes };
  await tx.query(
    `/* editPreference */ update reminder_preference
     set deadline_reminders = $3, after_the_fact = $4, weekly_digest = $5, only_own_customers = $6, language = $7
     where partner_id = $1 and partner_user_id = $2`,
    [tx.partnerId, userId, after.deadline_reminders, after.after_the_fact, after.weekly_digest, after.only_own_customers, after.language],
  );
  return { before, after };
}
