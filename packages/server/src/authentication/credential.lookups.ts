import type { DatabaseUsage } from '../database/usage.ts';
import { cacheLookups } from './lookup.cache.ts';
import { combineLookups, findByGroup } from './lookup.lane.ts';

/** An API key or session, as it was presented. */
type Presented = { id: string; partnerId: string | null };
type Holders<T> = Promise<ReadonlyMap<string, T>>;

export type LookupOptions = { monotonic?: () => number; isSharded?: boolean };

export type CredentialLookups<T> = {
  find(presented: Presented, usage?: DatabaseUsage): Promise<T | null>;
  /** The next look-up of the credential asks the database. */
  forget(presented: Presented): void;
};

/**
 * Looks up API keys or sessions, and caches them. One that names its partner is looked up among the rows of this partner, and is not found
 * if it is another's. One from before credentials named their partners is looked up among all, and so are those of many partners at once:
 * it is one statement. With `isSharded`, each partner gets a statement of its own, which asks one shard.
 */
export function credentialLookups<T extends { partnerId: string }>(
  findOf: { partner: (partnerId: string, ids: readonly string[]) => Holders<T>; all: (ids: readonly string[]) => Holders<T> },
  { monotonic, isSharded = false }: LookupOptions = {},
): CredentialLookups<T> {
  async function findAll(names: readonly string[]): Promise<Map<string, T>> {
    const presented = names.map(presentedBy);
    const ids = presented.map(({ id }) => id);
    const first = presented[0]?.partnerId ?? null;
    const isOfOne = first !== null && presented.every(({ partnerId }) => partnerId === first);
    const found = await (isOfOne ? findOf.partner(first, ids) : findOf.all(ids));
    return new Map(
      presented.flatMap(({ id, partnerId }, index) => {
        const holder = found.get(id);
        return holder && (partnerId ?? holder.partnerId) === holder.partnerId ? [[names[index]!, holder] as const] : [];
      }),
    );
  }
  const partnerOf = (name: string) => presentedBy(name).partnerId ?? '';
  const lookups = cacheLookups(
    combineLookups(findAll, partnerOf, { isSharded }),
    isSharded ? async (names) => await foundOf(findByGroup(names, partnerOf, findAll)) : findAll,
    monotonic,
  );
  return {
    find: (presented, usage) => lookups.find(nameOf(presented), usage),
    forget(presented) {
      lookups.forget(nameOf(presented));
      lookups.forget(nameOf({ ...presented, partnerId: null }));
    },
  };
}

/** What was found; without the partners whose rows cannot be read now. */
async function foundOf<T>(byPartner: ReadonlyMap<string, Holders<T>>): Promise<Map<string, T>> {
  const settled = await Promise.allSettled(byPartner.values());
  return new Map(settled.flatMap((each) => (each.status === 'fulfilled' ? [...each.value] : [])));
}

const nameOf = ({ id, partnerId }: Presented): string => `${id} ${partnerId ?? ''}`;

function presentedBy(name: string): Presented {
  const [id = '', partnerId] = name.split(' ');
  return { id, partnerId: partnerId || null };
}
