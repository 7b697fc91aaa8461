export const communicationOwners = ['VENDOR', 'PARTNER'] as const;
export type CommunicationOwner = (typeof communicationOwners)[number];
export type CommunicationOwnerSource = 'VENDOR_DEFAULT' | 'PARTNER_SETTING' | 'MANUAL';

/** The owner set by hand; otherwise the partner if it owns all transactional conversations; otherwise the vendor. */
export function communicationOwner(manual: CommunicationOwner | null, ownsAll: boolean): CommunicationOwner {
  return manual ?? (ownsAll ? 'PARTNER' : 'VENDOR');
}

/** SQL of the same rule. */
export const communicationOwnerSql = (manual: string, ownsAll: string) =>
  `coalesce(${manual}, case when ${ownsAll} then 'PARTNER'::communication_owner else 'VENDOR' end)`;

export function communicationOwnerSource(manual: CommunicationOwner | null, ownsAll: boolean): CommunicationOwnerSource {
  if (manual !== null) return 'MANUAL';
  return ownsAll ? 'PARTNER_SETTING' : 'VENDOR_DEFAULT';
}
