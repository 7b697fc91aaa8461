import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readDetails, type DetailKind } from './details.reader.ts';
import { readJsonPage, readPage } from './page.reader.ts';
import type { ColumnSet, Source } from './page.sql.ts';

// The upper limit for reads: node:http, named prepared statements, JSON.stringify. It has no GraphQL, authentication, isolation, limits or
// log. With the source "json", PostgreSQL puts the JSON of a page together.

const source = process.env['PAGE_SOURCE'] as Source | 'json';

async function answer(url: string): Promise<Buffer> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const partnerId = searchParams.get('partner')!;
  if (pathname !== '/') {
    const data = await readDetails(pathname.slice(1) as DetailKind, partnerId, searchParams.get('customer'));
    return Buffer.from(JSON.stringify({ data }));
  }
  const after = searchParams.get('after');
  if (source === 'json') return Buffer.from(`{"data":{"upcomingContractChanges":${await readJsonPage(partnerId, after)}}}`);
  const page = await readPage(source, searchParams.get('columns') as ColumnSet, partnerId, after);
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
