import type { PartnerReader } from '../database/reader.ts';

export type SuppressionReason = 'BOUNCED' | 'UNSUBSCRIBED';

/** Why a message may not go to an address, as a reason to skip it. */
export type SuppressedBy = 'SUPPRESSED' | 'UNSUBSCRIBED';

/**
 * SQL: why no message of a kind may go to an address ({@link SuppressedBy}); null if it may. All arguments are SQL expressions; the address
 * may be in any case.
 */
export const suppressedBySql = ({ partnerId, address, kind }: Record<'partnerId' | 'address' | 'kind', string>): string =>
  `(select case when bool_or(suppression.reason = 'BOUNCED') then 'SUPPRESSED' when count(*) > 0 then 'UNSUBSCRIBED' end
    from mail_suppression suppression
    where suppression.partner_id = ${partnerId} and suppression.address = lower(${address}) and suppression.lifted_at is null
      and (suppression.kind is null or suppression.kind = ${kind}))`;

/** Why no message of this kind may go to this address; null if it may. */
export async function readSuppressedBy(reader: PartnerReader, address: string, kind: string): Promise<SuppressedBy | null> {
  const rows = await reader.select<[SuppressedBy | null]>({
    name: 'readSuppressedBy',
    select: `select ${suppressedBySql({ partnerId: 'scope.partner_id', address: '$2::text', kind: '$3::text' })} as reason`,
    values: [address, kind],
  });
  return rows[0]![0];
}
