/** Owns the tables. It is not a superuser, so forced row-level security applies to it too. */
export const ownerRole = 'renewals_owner';

/** The role of the server's connections. It owns nothing, so row-level security applies to it. */
export const servingRole = 'renewals_serving';

/**
 * Settings on which isolation and writes rely. PostgreSQL lets every login change its own session defaults (`alter role … set`), and nothing
 * can take that right away. Start-up options of a connection win over them, and so do settings of a transaction.
 */
export const pinnedSettings = {
  search_path: 'public',
  row_security: 'on',
  default_transaction_isolation: 'read committed',
  'app.partner_id': '',
  standard_conforming_strings: 'on',
} as const;

export const rolesAdvice = '`npm run renewals -- roles` prints the SQL for all logins at once.';
