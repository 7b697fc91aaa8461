import { randomUUID } from 'node:crypto';

/**
 * The parts of an answer that are bytes before the rest of it is text. In the rest, a string that no client can guess keeps the place of
 * each part.
 */
export class WrittenAnswer {
  readonly #token = randomUUID();
  readonly #parts: Buffer[] = [];
  readonly #places = new Map<object, Map<string, string>>();

  /** Adds a part: the bytes of a key of a field. */
  add(field: object, key: string, bytes: Buffer): void {
    const places = this.#places.get(field) ?? new Map<string, string>();
    if (places.has(key)) throw new Error('The rows of a list were written twice.');
    places.set(key, `${this.#token} ${this.#parts.push(bytes) - 1}`);
    this.#places.set(field, places);
  }

  /** What keeps the place of a part; undefined if the part was not written. */
  placeOf(field: object, key: string): string | undefined {
    return this.#places.get(field)?.get(key);
  }

  /** The bytes of the whole answer. */
  complete(text: string): Buffer {
    if (this.#parts.length === 0) return Buffer.from(text);
    const [first, ...others] = text.split(`"${this.#token} `);
    const bytes: Buffer[] = [Buffer.from(first!)];
    for (const other of others) {
      const end = other.indexOf('"');
      bytes.push(this.#parts[Number(other.slice(0, end))]!, Buffer.from(other.slice(end + 1)));
    }
    return Buffer.concat(bytes);
  }
}
