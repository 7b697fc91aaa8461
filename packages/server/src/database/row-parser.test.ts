import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg, { type QueryResult } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';
import { keepingRows, unparsedOf, unparsedRows } from './row-parser.ts';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase()));
afterAll(() => database.close());

// A row, a null, characters of several bytes, and a value that comes in many pieces.
const text = `select number, nullif(number, 2) as other, 'é"' || number as text, repeat('x', number * 60000) as long from generate_series(1, 4) number`;

/** pg's types do not know that a query has types of its own values. */
const ask = async (client: pg.ClientBase, statement: object): Promise<QueryResult> => await client.query(statement as pg.QueryConfig);

function textsOf(result: QueryResult): (string | null)[][] {
  const rows = unparsedOf(result);
  return Array.from({ length: rows.count }, (_, row) => rows.columnTypes.map((_type, column) => rows.text(row, column)));
}

const expected = [1, 2, 3, 4].map((number) => [
  String(number),
  number === 2 ? null : String(number),
  `é"${number}`,
  'x'.repeat(number * 60_000),
]);

test('the installed pg keeps the rows of a query unparsed, and parses those of other queries beside it on the connection', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1, Client: keepingRows(pg.Client) });
  try {
    const client = await pool.connect();
    (client as unknown as { pipeline: boolean }).pipeline = true;
    const results = await Promise.all([
      ask(client, { text, ...unparsedRows }),
      ask(client, { text: `select 'parsed' as word, 1 as number` }),
      ask(client, { text, name: 'named', ...unparsedRows }),
      ask(client, { text: 'select 1 / 0', ...unparsedRows }).catch((error: Error) => error.message),
      ask(client, { text: 'select 1 where false', ...unparsedRows }),
    ]);
    client.release();
    const [first, parsed, second, failed, empty] = results as [QueryResult, QueryResult, QueryResult, string, QueryResult];
    expect(first.rows).toEqual([]);
    expect([textsOf(first), textsOf(second)]).toEqual([expected, expected]);
    expect(parsed.rows).toEqual([{ word: 'parsed', number: 1 }]);
    expect(failed).toBe('division by zero');
    expect(textsOf(empty)).toEqual([]);
  } finally {
    await pool.end();
  }
});

test('the rows are the same where pg has no such hook', async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const result = await ask(client, { text, ...unparsedRows });
    expect(result.rows).toHaveLength(4);
    expect(textsOf(result)).toEqual(expected);
  } finally {
    await client.end();
  }
});
