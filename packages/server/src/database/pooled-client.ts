import { callbackify } from 'node:util';
import pg from 'pg';

/**
 * Behind a connection pooler, each transaction may run on another connection of the database, and PgBouncer refuses start-up options. So
 * nothing that a session has can be relied on: every transaction makes its settings itself, and a statement outside of one gets one.
 */
export function settingEachTransaction(Client: typeof pg.Client, settings: Readonly<Record<string, string>>): typeof pg.Client {
  const settingsSql = Object.entries(settings)
    .map(([name, value]) => `; set local ${name} = ${pg.escapeLiteral(value)}`)
    .join('');
  const opening = (modes: string) => `begin ${modes.trim() || 'isolation level read committed'}${settingsSql}`;
  return class extends Client {
    #isOpen = false;
    #alone = 0;
    // Not super.query: the class above may have a field of that name.
    readonly #send = this.query.bind(this) as (...all: unknown[]) => unknown;

    override query = ((statement: Statement, ...others: unknown[]) => {
      const send = (given: Statement) => this.#send(given, ...others);
      // A COPY is a stream, and belongs to a transaction.
      if (typeof statement === 'object' && 'submit' in statement) return send(statement);
      const text = typeof statement === 'string' ? statement : statement.text;
      const [, begin, modes = '', end] = transactionWord.exec(text) ?? [];
      if (begin !== undefined) {
        this.#isOpen = !/;\s*commit;?\s*$/i.test(text);
        const opened = text.replace(begin, () => opening(modes));
        return send(typeof statement === 'string' ? opened : { ...statement, text: opened });
      }
      if (end !== undefined) this.#isOpen = false;
      if (end !== undefined || this.#isOpen) return send(statement);
      const callback = typeof others.at(-1) === 'function' ? (others.pop() as Callback) : undefined;
      const answer = this.#queryAlone(() => send(statement));
      if (!callback) return answer;
      callbackify(() => answer)(callback);
      return undefined;
    }) as pg.Client['query'];

    /** Sends the three parts together: only the way to the pooler takes time. */
    async #queryAlone(send: () => unknown): Promise<pg.QueryResult> {
      const inside = this as unknown as Pipelined;
      inside.pipeline = true;
      this.#alone += 1;
      const parts = await Promise.allSettled([this.#send(opening('')), send(), this.#send('commit')]);
      this.#alone -= 1;
      // COPY does not work with it.
      if (this.#alone === 0) inside.pipeline = false;
      for (const part of parts) if (part.status === 'rejected') throw part.reason;
      return (parts[1] as PromiseFulfilledResult<pg.QueryResult>).value;
    }
  };
}

type Statement = string | pg.QueryConfig | pg.Submittable;
type Callback = (error: Error | null, result?: pg.QueryResult) => void;
/** The part of a client that tells whether it sends statements without waiting for earlier results. */
type Pipelined = { pipeline: boolean };

/** A backup's transaction has modes of its own: one snapshot for all statements. */
const transactionWord = /^\s*(?:\/\*.*?\*\/\s*)*(?:((?:begin|start transaction)\b([^;]*))|(commit|rollback(?!\s+to))\b)/i;
