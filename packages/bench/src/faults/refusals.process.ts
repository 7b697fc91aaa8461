import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A server that only refuses, as cheaply as node:http can. `overload.bench.ts` starts it, to know what the cheapest refusal costs.

const body = JSON.stringify({ errors: [{ message: 'Overloaded.', extensions: { code: 'UNAVAILABLE' } }] });
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), 'retry-after': '1' };

const server = createServer((_request, response) => response.writeHead(503, headers).end(body));
server.listen(0, '127.0.0.1', () => process.send!(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
