import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readPage } from './page.reader.ts';
import type { ColumnSet, Source } from './page.sql.ts';

// The upper limit for reads: node:http, one named prepared statement, JSON.stringify. It has no GraphQL, authentication, isolation, limits or
// log.

const source = process.env['PAGE_SOURCE'] as Source;

async function answer(url: string): Promise<Buffer> {
  const { searchParams } = new URL(url, 'http://localhost');
  const page = await readPage(source, searchParams.get('columns') as ColumnSet, searchParams.get('partner')!, searchParams.get('after'));
  return Buffer.from(JSON.stringify({ data: { upcomingContractChanges: page } }));
}

const server = createServer((request, response) => {
  answer(request.url!)
    .then((body) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body))
    .catch((error: unknown) => {
      console.error(error);
      response.writeHead(500).end();
    });
});
server.listen(0, '127.0.0.1', () => console.log(`Listening at http://127.0.0.1:${(server.address() as AddressInfo).port}`));
// Node writes a CPU profile at a regular exit, but not when a signal ends the process.
process.once('SIGTERM', () => process.exit());
