/** Owns the tables. It is not a superuser, so forced row-level security applies to it too. */
export const ownerRole = 'renewals_owner';

/** The role of the server's connections. It owns nothing, so row-level security applies to it. */
export const servingRole = 'renewals_serving';
