/** What a viewer may do; each role of a partner's users includes the ones before it. The operator works for the vendor. */
export const viewerRoles = ['VIEWER', 'MANAGER', 'ADMIN', 'OPERATOR'] as const;
export type ViewerRole = (typeof viewerRoles)[number];

export const partnerUserRoles = ['VIEWER', 'MANAGER', 'ADMIN'] as const satisfies readonly ViewerRole[];
export type PartnerUserRole = (typeof partnerUserRoles)[number];

/** Who may do what: the partner's people by their role, the vendor's operator the customers' decisions alone. */
export const managerRoles: readonly ViewerRole[] = ['MANAGER', 'ADMIN'];
export const adminRoles: readonly ViewerRole[] = ['ADMIN'];
export const partnerRoles: readonly ViewerRole[] = ['VIEWER', 'MANAGER', 'ADMIN'];
export const decidingRoles: readonly ViewerRole[] = ['MANAGER', 'ADMIN', 'OPERATOR'];

/** Whether the viewer may record a customer's decision: the operator always, a partner's people only while the partner talks. */
export function mayDecide(role: ViewerRole, owner: 'VENDOR' | 'PARTNER'): boolean {
  return role === 'OPERATOR' || (owner === 'PARTNER' && (role === 'MANAGER' || role === 'ADMIN'));
}

/** A key may do no more than the user it belongs to. */
export function lesserRole(one: ViewerRole, other: ViewerRole): ViewerRole {
  return viewerRoles.indexOf(one) < viewerRoles.indexOf(other) ? one : other;
}

/** Nobody gives what they do not have; a key may not promise more than its user may. */
export function isWithin(role: ViewerRole, bound: ViewerRole): boolean {
  return lesserRole(role, bound) === role;
}
