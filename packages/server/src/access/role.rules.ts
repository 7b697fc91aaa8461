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

/** What a page shows or hides by role, and the roles that the mutations and fields for it require. */
const rolesWith = {
  SET_COMMUNICATION_OWNER: managerRoles,
  SET_PRIMARY_CONTACT: managerRoles,
  RECORD_DECISIONS: decidingRoles,
  END_ASSOCIATION: adminRoles,
  RESUME_ASSOCIATION: adminRoles,
  CHOOSE_COLUMNS: partnerRoles,
  SAVE_VIEWS: partnerRoles,
  SHARE_VIEWS: managerRoles,
  EDIT_SHARED_VIEWS: adminRoles,
  SET_DEFAULT_VIEW_FOR_EVERYONE: adminRoles,
  MUTE_REMINDERS: partnerRoles,
  MUTE_REMINDERS_FOR_EVERYONE: managerRoles,
  UPDATE_REMINDER_SETTINGS: adminRoles,
  LIFT_SUPPRESSIONS: adminRoles,
  UPDATE_SETTINGS: adminRoles,
  MANAGE_USERS: adminRoles,
  MANAGE_API_KEYS: adminRoles,
  MANAGE_SESSIONS: adminRoles,
} as const satisfies Record<string, readonly ViewerRole[]>;

export type ViewerPermission = keyof typeof rolesWith;

export const permissionsOf = (role: ViewerRole): ViewerPermission[] =>
  (Object.keys(rolesWith) as ViewerPermission[]).filter((permission) => rolesWith[permission].includes(role));

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
