const firstPauseMs = 2_000;
const longestPauseMs = 60_000;

/** Pauses deliveries while no server can be reached: attempts would fail one after another. After a pause, one delivery tries it. */
export class Circuit {
  #failures = 0;
  #openUntil = -Infinity;

  constructor(
    private readonly random: () => number = Math.random,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Milliseconds until the next delivery may start; 0 if it may now. */
  pauseMs(): number {
    return Math.max(0, Math.ceil(this.#openUntil - this.clock()));
  }

  /** Whether only one delivery may run, to find out whether the server is back. */
  get isProbing(): boolean {
    return this.#failures > 0;
  }

  /** Returns the milliseconds of the pause that begins; null if one has begun already. */
  unreachable(): number | null {
    // Deliveries that ran at the same time fail together: they are one failure.
    if (this.pauseMs() > 0) return null;
    this.#failures += 1;
    const bound = Math.min(longestPauseMs, firstPauseMs * 2 ** (this.#failures - 1));
    const pause = bound * (0.5 + this.random() / 2);
    this.#openUntil = this.clock() + pause;
    return pause;
  }

  /** Returns whether it was unreachable before. */
  reached(): boolean {
    const wasUnreachable = this.#failures > 0;
    this.#failures = 0;
    this.#openUntil = -Infinity;
    return wasUnreachable;
  }
}
