import { partnerUserFields } from '../partner/partner.fields.ts';
import { idLeaf, withNested, type FieldTable } from '../reading/projection.ts';
import { deviceName } from './device-name.ts';

/** SQL: when a session (alias `session`) of a key (`key`) and a user (`person`) ends, or has ended. Nulls count for nothing. */
export const endSql = 'least(session.ended_at, session.active_until, key.revoked_at, key.expires_at, person.removed_at)';

export const sessionFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('Session', 'session.id'),
      method: { sql: ['session.method'] },
      device: { sql: ['session.user_agent'], value: ([userAgent]) => deviceName(userAgent ?? null) },
      createdAt: { sql: ['session.created_at'] },
      lastUsedAt: { sql: ['session.last_used_at'] },
      expiresAt: { sql: ['session.expires_at'] },
      endedAt: { sql: [`case when ${endSql} <= now() then ${endSql} end`] },
      isCurrent: { sql: ['session.id'], value: ([id], { sessionId }) => id === sessionId },
    },
    nullable: { user: 'user.id' },
  },
  { user: partnerUserFields },
);
