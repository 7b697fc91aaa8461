type Entry<Value> = { value: Value; owner: string; weight: number; usedAt: number };

type Settings<Value> = {
  /** The limit of the sum of weights; an entry weighs 1 unless told. */
  capacity: number;
  /** What each owner can hold while others need room. */
  share: number;
  onRemoved?: (value: Value) => void;
};

/**
 * A cache of bounded size that keeps the most recently used entries. An entry belongs to the owner who added it. In a full cache, an owner
 * with more than its share displaces its own entries, and gives way to the others. An entry that its owner loses is added again for the
 * next one who uses it.
 */
export class FairCache<Key, Value> {
  readonly #settings: Settings<Value>;
  // Maps keep the order of insertion; a use moves an entry to the end.
  readonly #entries = new Map<Key, Entry<Value>>();
  readonly #keysOf = new Map<string, Map<Key, Entry<Value>>>();
  readonly #weightOf = new Map<string, number>();
  #weight = 0;
  #uses = 0;

  constructor(settings: Settings<Value>) {
    this.#settings = settings;
  }

  /** The number of uses so far: the clock of the cache. */
  get uses(): number {
    return this.#uses;
  }

  has(key: Key): boolean {
    return this.#entries.has(key);
  }

  get(key: Key): Value | undefined {
    this.#uses += 1;
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.usedAt = this.#uses;
    for (const map of [this.#entries, this.#keysOf.get(entry.owner)!]) {
      map.delete(key);
      map.set(key, entry);
    }
    return entry.value;
  }

  /** Adds an entry in place of the least recently used ones. */
  add(key: Key, value: Value, owner: string, weight = 1): void {
    if (weight > this.#settings.share) return;
    this.delete(key);
    for (let last = this.#nextToRemove(owner, weight); last !== null; last = this.#nextToRemove(owner, weight)) this.delete(last.key);
    const entry = { value, owner, weight, usedAt: this.#uses };
    this.#keysOf.set(owner, (this.#keysOf.get(owner) ?? new Map<Key, Entry<Value>>()).set(key, entry));
    this.#entries.set(key, entry);
    this.#addWeight(owner, weight);
  }

  /** When the entry that makes room for a new one of this owner was used last; null if it has a better right than that entry. */
  displacedUse(owner: string): number | null {
    const last = this.#nextToRemove(owner, 1);
    return last === null || last.isBeyondShare ? null : last.usedAt;
  }

  delete(key: Key): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    const keys = this.#keysOf.get(entry.owner)!;
    this.#entries.delete(key);
    keys.delete(key);
    if (keys.size === 0) this.#keysOf.delete(entry.owner);
    this.#addWeight(entry.owner, -entry.weight);
    this.#settings.onRemoved?.(entry.value);
    return true;
  }

  /** The entry that has to go before one of this weight is added; null if there is room. */
  #nextToRemove(owner: string, weight: number): { key: Key; usedAt: number; isBeyondShare: boolean } | null {
    if (this.#weight + weight <= this.#settings.capacity) return null;
    const isOwn = (this.#weightOf.get(owner) ?? 0) + weight > this.#settings.share;
    const beyond = isOwn ? owner : this.#ownerBeyondShare();
    const [key, { usedAt }] = (beyond === undefined ? this.#entries : this.#keysOf.get(beyond)!).entries().next().value!;
    return { key, usedAt, isBeyondShare: !isOwn && beyond !== undefined };
  }

  #ownerBeyondShare(): string | undefined {
    for (const [owner, weight] of this.#weightOf) if (weight > this.#settings.share) return owner;
    return undefined;
  }

  #addWeight(owner: string, weight: number): void {
    this.#weight += weight;
    const sum = (this.#weightOf.get(owner) ?? 0) + weight;
    if (sum > 0) this.#weightOf.set(owner, sum);
    else this.#weightOf.delete(owner);
  }
}

/**
 * A fair cache of values that are made at the second use of their key. A key displaces only values that were not used since its own last
 * use: a long round of keys does not displace each other.
 */
export class RepeatedUseCache<Key, Value> {
  readonly #values: FairCache<Key, Value>;
  readonly #lastUses: FairCache<Key, number>;

  constructor(settings: Settings<Value>) {
    this.#values = new FairCache(settings);
    const { capacity, share } = settings;
    this.#lastUses = new FairCache({ capacity: capacity * 10, share: share * 10 });
  }

  /** The value; undefined for a first use, while the other values are in more frequent use, and if `make` makes none. */
  get(key: Key, owner: string, make: () => Value | undefined): Value | undefined {
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const lastUse = this.#lastUses.get(key);
    this.#lastUses.add(key, this.#values.uses, owner);
    if (lastUse === undefined || (this.#values.displacedUse(owner) ?? -1) >= lastUse) return undefined;
    const value = make();
    if (value === undefined) return undefined;
    this.#lastUses.delete(key);
    this.#values.add(key, value, owner);
    return value;
  }
}
