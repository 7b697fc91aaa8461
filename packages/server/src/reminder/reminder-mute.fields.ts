import { partnerUserFields } from '../partner/partner.fields.ts';
import { withNested, type FieldTable } from '../reading/projection.ts';

/** A mute, under the alias `mute`; `person` is its user. */
export const reminderMuteFields: FieldTable = withNested(
  {
    leaves: {
      id: { sql: ['mute.id'], value: ([id]) => `mut_${id as unknown as string}` },
      coversCustomer: { sql: ['mute.customer_id'], value: ([customerId]) => customerId !== null },
      forEveryone: { sql: ['mute.partner_user_id'], value: ([userId]) => userId === null },
      coversViewer: { sql: ['mute.partner_user_id'], value: ([userId], viewer) => userId === null || userId === viewer.partnerUserId },
      isSnooze: { sql: ['mute.is_snooze'] },
      until: { sql: ['mute.until'] },
      mutedAt: { sql: ['mute.created_at'] },
      mutedBy: { sql: ['mute.created_by'] },
    },
    nullable: { user: 'user.id' },
  },
  { user: partnerUserFields },
);
