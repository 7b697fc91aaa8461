/**
 * SQL: the ids of the API keys that a user has made, and of those that were made with them. Whoever has made a key knows it. `$1` is the
 * partner.
 */
export const keysMadeBySql = (userId: string): string => `(
  with recursive made as (
    select event.after->>'apiKeyId' as id from audit_event event
      where event.partner_id = $1 and event.customer_id is null and event.action = 'CREATE_API_KEY'
        and event.actor_kind = 'USER' and event.actor_id = ${userId}::text
    union
    select event.after->>'apiKeyId' from made
      join audit_event event on event.partner_id = $1 and event.customer_id is null and event.action = 'CREATE_API_KEY'
        and event.actor_kind = 'API_KEY' and event.actor_id = made.id)
  select id from made)`;
