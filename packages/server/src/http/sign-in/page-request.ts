import type { FastifyRequest } from 'fastify';
import { isSecure, readCookie, type CookieConfig } from './session-cookie.ts';

/**
 * Whether our own page sends the request. A form cannot send the header, and a page of another origin may not: a browser asks before it
 * sends one that it does not know, and the answer never allows this one.
 */
export function isFromPage(request: FastifyRequest, config: CookieConfig): boolean {
  const { 'x-renewals-page': page, 'sec-fetch-site': site, origin } = request.headers;
  if (page !== '1' || (site !== undefined && site !== 'same-origin')) return false;
  return origin === undefined || isOwnOrigin(origin, request, config);
}

function isOwnOrigin(origin: string, request: FastifyRequest, config: CookieConfig): boolean {
  if (config.publicUrl !== undefined && origin === new URL(config.publicUrl).origin) return true;
  const protocol = isSecure(request, config) ? 'https' : 'http';
  return origin === `${protocol}://${request.host}`;
}

/** The session's cookie, if the request comes from the page. A request with a key or token of its own has none. */
export function sessionOf(request: FastifyRequest, config: CookieConfig): { cookie: string | null } | null {
  if (request.headers.authorization !== undefined || !isFromPage(request, config)) return null;
  return { cookie: readCookie(request, 'renewals_session', config) };
}
