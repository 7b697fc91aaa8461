import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { isForwarded, isLoopback } from '../explorers/prefill.ts';

export type CookieConfig = Pick<Config, 'environment' | 'publicUrl' | 'sessionHours'>;

/** The cookies of the page: the session, a sign-on on its way, and that somebody signed out. */
type CookieName = 'renewals_session' | 'renewals_sign_on' | 'renewals_signed_out';

/**
 * Whether the browser may send the cookies over https alone. Only plain http to this machine is an exception: nobody listens there. A
 * proxy that ends TLS speaks http too, so every other host counts as secure.
 */
export function isSecure(request: FastifyRequest, { environment, publicUrl }: CookieConfig): boolean {
  if (environment === 'production' && publicUrl?.startsWith('https:')) return true;
  return request.protocol === 'https' || !isLoopback(hostOf(request)) || isForwarded(request.raw);
}

const hostOf = ({ raw }: FastifyRequest) => (raw.headers.host ?? '').replace(/:\d*$/, '');

/** With this prefix, a browser takes the cookie from this host alone, and never from a subdomain. */
const fullName = (name: CookieName, secure: boolean) => `${secure ? '__Host-' : ''}${name}`;

export function readCookie(request: FastifyRequest, name: CookieName, config: CookieConfig): string | null {
  const wanted = new RegExp(`(?:^|;)[ \\t]*${fullName(name, isSecure(request, config))}=([^;]*)`);
  return wanted.exec(request.headers.cookie ?? '')?.[1]?.trimEnd() ?? null;
}

/** The value needs no encoding: letters, digits, and `-_.`. Zero seconds delete the cookie. */
export function setCookie(
  reply: FastifyReply,
  name: CookieName,
  { value, seconds, sameSite = 'Strict' }: { value: string; seconds: number; sameSite?: 'Strict' | 'Lax' },
  config: CookieConfig,
): void {
  const secure = isSecure(reply.request, config);
  const parts = [`${fullName(name, secure)}=${value}`, 'Path=/', `Max-Age=${seconds}`, 'HttpOnly', `SameSite=${sameSite}`];
  void reply.header('set-cookie', [...parts, ...(secure ? ['Secure'] : [])].join('; '));
}

export function clearCookie(reply: FastifyReply, name: CookieName, config: CookieConfig): void {
  setCookie(reply, name, { value: '', seconds: 0 }, config);
}
