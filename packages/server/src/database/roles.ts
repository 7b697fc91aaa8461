/** Owns the tables. It is no superuser: forced row-level security binds it too. */
export const ownerRole = 'renewals_owner';

/** What the server reads and writes as. It owns nothing, so row-level security binds it. */
export const servingRole = 'renewals_serving';
