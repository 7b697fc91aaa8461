import type { FastifyInstance } from 'fastify';
import type { AddressInfo } from 'node:net';

/** The address at which a server listens, without a trailing slash. */
export function baseUrl(app: FastifyInstance, host: string): string {
  const { port } = app.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
