/** Partners with messages to claim, in the order of their turns: those served longest ago first, then those that have waited for longest. */
export class DuePartners {
  #due: string[] = [];
  /** The turn in which a partner was served; only of partners that are due. */
  #served = new Map<string, number>();
  #turn = 0;

  get size(): number {
    return this.#due.length;
  }

  /** Replaces the partners; they come with the oldest message first. */
  refresh(partnerIds: readonly string[]): void {
    const before = this.#served;
    this.#served = new Map(partnerIds.flatMap((id) => (before.has(id) ? [[id, before.get(id)!]] : [])));
    const turnOf = (id: string) => this.#served.get(id) ?? 0;
    this.#due = partnerIds.toSorted((a, b) => turnOf(a) - turnOf(b));
  }

  /** The next partner that may be served. */
  next(mayBeServed: (id: string) => boolean): string | undefined {
    return this.#due.find(mayBeServed);
  }

  /** A partner that may have more goes to the end. */
  served(id: string, { mayHaveMore }: { mayHaveMore: boolean }): void {
    this.#due.splice(this.#due.indexOf(id), 1);
    this.#turn += 1;
    this.#served.set(id, this.#turn);
    if (mayHaveMore) this.#due.push(id);
  }

  /** The least of a number of each partner; Infinity if there is none. */
  least(of: (id: string) => number): number {
    return this.#due.reduce((least, id) => Math.min(least, of(id)), Infinity);
  }
}
