/** SQL: the ids of the API keys that a user has made, and of those that were made with them. `$1` is the partner. */
export const keysMadeBySql = (userId: string): string => `(
  with recursive made as (
    select key.id from api_key key where key.partner_id = $1 and key.made_by = ${userId}
    union
    select key.id from made join api_key key on key.partner_id = $1 and key.made_with = made.id)
  select id from made)`;
