/** Roles of viewers. Each role of a partner's users includes the ones before it. The operator works for the vendor. */
export const viewerRoles = ['VIEWER', 'MANAGER', 'ADMIN', 'OPERATOR'] as const;
export type ViewerRole = (typeof viewerRoles)[number];

export const partnerUserRoles = ['VIEWER', 'MANAGER', 'ADMIN'] as const satisfies readonly ViewerRole[];
export type PartnerUserRole = (typeof partnerUserRoles)[number];

/** The roles that mutations require. Of all mutations, the vendor's operator may only record the customers' decisions. */
export const managerRoles: readonly ViewerRole[] = ['MANAGER', 'ADMIN'];
export const adminRoles: readonly ViewerRole[] = ['ADMIN'];
export const partnerRoles: readonly ViewerRole[] = ['VIEWER', 'MANAGER', 'ADMIN'];
export const decidingRoles: readonly ViewerRole[] = ['MANAGER', 'ADMIN', 'OPERATOR'];

/** Whether the viewer may record a customer's decision: an operator always may, a partner's user only if the partner owns communication. */
export function mayDecide(role: ViewerRole, owner: 'VENDOR' | 'PARTNER'): boolean {
  return role === 'OPERATOR' || (owner === 'PARTNER' && (role === 'MANAGER' || role === 'ADMIN'));
}

/** The weaker of two roles: an API key never has more rights than its user. */
export function lesserRole(one: ViewerRole, other: ViewerRole): ViewerRole {
  return viewerRoles.indexOf(one) < viewerRoles.indexOf(other) ? one : other;
}

/** Whether a role has at most the rights of the other: a viewer cannot grant more rights than it has. */
export function isAtMost(role: ViewerRole, limit: ViewerRole): boolean {
  return lesserRole(role, limit) === role;
}
