/** A token bucket that holds one second's worth, at least one, and starts full: so no minute has much more than its share. */
export class Pace {
  readonly #size: number;
  readonly #perMs: number;
  #level: number;
  #at: number;

  constructor(
    perMinute: number,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.#size = Math.max(1, perMinute / 60);
    this.#perMs = perMinute / 60_000;
    this.#level = this.#size;
    this.#at = clock();
  }

  /** How many may go now. */
  available(): number {
    return Math.floor(this.#refill() + 1e-9);
  }

  /** Milliseconds until the next one may go; 0 if one may go now. */
  waitMs(): number {
    const level = this.#refill() + 1e-9;
    return level >= 1 ? 0 : Math.ceil((1 - level) / this.#perMs);
  }

  take(): void {
    this.#level = this.#refill() - 1;
  }

  /** What was taken did not go. */
  giveBack(): void {
    this.#level = Math.min(this.#size, this.#refill() + 1);
  }

  isFull(): boolean {
    return this.#refill() >= this.#size;
  }

  #refill(): number {
    const now = this.clock();
    this.#level = Math.min(this.#size, this.#level + (now - this.#at) * this.#perMs);
    this.#at = now;
    return this.#level;
  }
}
