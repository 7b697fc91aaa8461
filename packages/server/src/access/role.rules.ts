/** What a viewer may do; each role of a partner's users includes the ones before it. The operator works for the vendor. */
export const viewerRoles = ['VIEWER', 'MANAGER', 'ADMIN', 'OPERATOR'] as const;
export type ViewerRole = (typeof viewerRoles)[number];

export const partnerUserRoles = ['VIEWER', 'MANAGER', 'ADMIN'] as const satisfies readonly ViewerRole[];
export type PartnerUserRole = (typeof partnerUserRoles)[number];

/** Whether the viewer may record a customer's decision: the operator always, a partner's people only while the partner talks. */
export function mayDecide(role: ViewerRole, owner: 'VENDOR' | 'PARTNER'): boolean {
  return role === 'OPERATOR' || (owner === 'PARTNER' && (role === 'MANAGER' || role === 'ADMIN'));
}

/** A key may do no more than the user it belongs to. */
export function lesserRole(one: ViewerRole, other: ViewerRole): ViewerRole {
  return viewerRoles.indexOf(one) < viewerRoles.indexOf(other) ? one : other;
}
