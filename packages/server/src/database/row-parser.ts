import type { Socket } from 'node:net';
import pg, { type QueryResult } from 'pg';
import { Parser } from 'pg-protocol/dist/parser.js';
import { unparsedFrom, UnparsedRows } from './unparsed-rows.ts';

// pg cuts a row into strings, one a value: half of what a page costs this process. The connections of our pools leave the rows of some
// queries as they are. pg has no interface for it; the hook depends on its version, which is pinned, and a test watches it. Where it is
// missing, pg parses the rows as text, and they are put together again.

/** The types of a query whose rows stay unparsed. An array, because pg also takes it for the types of the parameters. */
const unparsed = Object.assign([], { getTypeParser: () => (text: string) => text });

/** What a query needs so that its rows stay unparsed. */
export const unparsedRows = { rowMode: 'array', types: unparsed };

type KeptResult = { unparsed?: UnparsedRows };
type Query = { types?: unknown; _result: KeptResult };
type Message = { name: string; length: number };
type Handle = (offset: number, code: number, length: number, bytes: Buffer) => Message;
type Parsing = { parse(bytes: Buffer, handle: (message: Message) => void): void; handlePacket: Handle };
type Connection = { attachListeners(stream: Socket): void; emit(name: string, message: Message): void };
type Hooked = { connection: Connection; _getActiveQuery(): Query | null | undefined };

const dataRow = 'D'.charCodeAt(0);
const headerLength = 4;

/** A client that keeps the rows of queries with {@link unparsedRows}. */
export function keepingRows(Client: typeof pg.Client): typeof pg.Client {
  const isHookKnown =
    typeof (Parser.prototype as unknown as Partial<Parsing>).handlePacket === 'function' && '_getActiveQuery' in pg.Client.prototype;
  if (!isHookKnown) return Client;
  return class extends Client {
    constructor(config?: pg.ClientConfig) {
      super(config);
      const client = this as unknown as Hooked;
      const { connection } = client;
      connection.attachListeners = (stream) => {
        // oxlint-disable-next-line no-underscore-dangle -- pg names it so
        const parser = keepRows(new Parser() as unknown as Parsing, () => client._getActiveQuery());
        const emit = (message: Message) => connection.emit(message.name === 'error' ? 'errorMessage' : message.name, message);
        stream.on('data', (bytes: Buffer) => parser.parse(bytes, emit));
      };
    }
  };
}

function keepRows(parser: Parsing, activeQuery: () => Query | null | undefined): Parsing {
  const parsed = parser.handlePacket.bind(parser);
  // Nobody listens to it.
  const kept: Message = { name: 'keptRow', length: 0 };
  parser.handlePacket = (offset, code, length, bytes) => {
    if (code !== dataRow) return parsed(offset, code, length, bytes);
    const query = activeQuery();
    if (query?.types !== unparsed) return parsed(offset, code, length, bytes);
    // oxlint-disable-next-line no-underscore-dangle -- pg names it so
    const result = query._result;
    result.unparsed ??= new UnparsedRows();
    result.unparsed.add(bytes, offset, offset + length - headerLength);
    return kept;
  };
  return parser;
}

/** The rows of a result of a query with {@link unparsedRows}. */
export function unparsedOf(result: QueryResult): UnparsedRows {
  const columnTypes = result.fields.map(({ dataTypeID }) => dataTypeID);
  const { unparsed: rows } = result as KeptResult;
  if (rows === undefined) return unparsedFrom(result.rows as (string | null)[][], columnTypes);
  rows.columnTypes = columnTypes;
  return rows;
}
