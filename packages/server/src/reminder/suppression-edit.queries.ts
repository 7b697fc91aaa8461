import { notFound } from '../graphql/user-error.ts';
import { recordAuditEvent } from '../writing/audit-event.queries.ts';
import { failed, type Outcome, type Write } from '../writing/write.ts';
import { visibleSuppressionSql } from './suppression-list.queries.ts';
import { markLifted } from './suppression.writers.ts';

type Held = { address: string; reason: string; kind: string | null };

/** Lets mail go to an address again. To lift it again changes nothing. */
export async function liftSuppression(write: Write, suppressionId: string | null): Promise<Outcome<'suppression'>> {
  const { tx, actor } = write;
  const { rows } = await tx.query<Held>(
    `/* liftSuppression */ select suppression.address, suppression.reason, suppression.kind from mail_suppression suppression
     where ${visibleSuppressionSql('$1')} and suppression.id = $2`,
    [tx.partnerId, suppressionId],
  );
  const [held] = rows;
  if (held === undefined || suppressionId === null) return failed(notFound('suppression', 'suppressionId'));
  if (await markLifted(tx, suppressionId, actor.name))
    await recordAuditEvent(write, { action: 'LIFT_SUPPRESSION', before: { suppressionId, ...held } });
  return { suppressionId, userErrors: [] };
}
