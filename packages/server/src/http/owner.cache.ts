const maxOwners = 10_000;

export type OwnerCache = {
  /** The owner of requests with this credential, if one of them was authenticated before. */
  find(authorization: string | undefined): string | null;
  keep(authorization: string | undefined, owner: string): void;
};

/**
 * Remembers the owners of credentials, so that a request can be refused before it is authenticated. It proves nothing: it serves only to
 * refuse, and holds no secrets.
 */
export function createOwnerCache(): OwnerCache {
  const owners = new Map<string, string>();
  return {
    find: (authorization) => (authorization === undefined ? null : (owners.get(nameOf(authorization)) ?? null)),
    keep(authorization, owner) {
      if (authorization === undefined) return;
      const name = nameOf(authorization);
      if (owners.has(name)) return;
      owners.set(name, owner);
      if (owners.size > maxOwners) owners.delete(owners.keys().next().value!);
    },
  };
}

const keyPrefix = 'Bearer prk_';
const keyIdLength = 12;

/** The id of an API key, or the end of a token's signature, as a text of its own: a slice would keep the whole credential. */
function nameOf(authorization: string): string {
  const name = authorization.startsWith(keyPrefix) ? authorization.slice(0, keyPrefix.length + keyIdLength) : authorization.slice(-24);
  return Buffer.from(name, 'latin1').toString('latin1');
}
