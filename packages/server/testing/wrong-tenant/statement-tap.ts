import type pg from 'pg';

export type Statement = { text: string; values: readonly unknown[] };

type Query = (...parameters: unknown[]) => Promise<unknown>;
type Config = { name?: string; text: string; values?: readonly unknown[] };

/** The pool; `tap` gets each statement and returns the text to send instead. */
export function tapped(pool: pg.Pool, tap: (statement: Statement) => string): pg.Pool {
  const through =
    (query: Query): Query =>
    async (first, ...rest) => {
      if (typeof first === 'string') return await query(tap({ text: first, values: (rest[0] as unknown[] | undefined) ?? [] }), ...rest);
      const config = first as Config;
      const text = tap({ text: config.text, values: config.values ?? [] });
      if (text === config.text) return await query(config, ...rest);
      // A different text may be prepared under this name.
      const { name: _name, ...unnamed } = config;
      return await query({ ...unnamed, text }, ...rest);
    };
  const replace = <T extends object>(target: T, replaced: Record<string, unknown>): T =>
    new Proxy(target, {
      get: (_, property) => {
        const value: unknown = replaced[property as string] ?? Reflect.get(target, property, target);
        return typeof value === 'function' ? (value as Query).bind(target) : value;
      },
    });
  return replace(pool, {
    query: through(pool.query.bind(pool) as unknown as Query),
    connect: async () => {
      const client = await pool.connect();
      return replace(client, { query: through(client.query.bind(client) as unknown as Query) });
    },
  });
}
