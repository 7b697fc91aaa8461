import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createBuckets } from '../../api/cost.bucket.ts';
import type { OpenId } from '../../authentication/open-id.ts';
import { readAs } from '../../database/reader.ts';
import { findPartnerUserByEmail } from '../../partner/partner-user.queries.ts';
import { globalId } from '../../graphql/global-id.ts';
import type { Logger } from '../../process/log.ts';
import { plainPageHeaders } from '../plain-page.ts';
import { senderAt } from '../refusal.pace.ts';
import { returnPath } from './return-path.ts';
import { clearCookie, readCookie, setCookie } from './session-cookie.ts';
import { signIn, type SignInScope } from './sign-in.ts';
import { sendFault } from './sign-on-page.ts';

/** So long may a person take at the provider. */
const startedFor = 600;
const perAddress = { size: 60, restoredPerSecond: 10 };

/** Sign-in by the company's sign-on: the browser goes to the provider and comes back with a code. */
export async function registerSignOn(
  app: FastifyInstance,
  { openId, log, ...scope }: SignInScope & { openId: OpenId; log: Logger },
): Promise<void> {
  const { config, pool } = scope;
  const addresses = createBuckets(perAddress);

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(plainPageHeaders());
    const { waitSeconds } = addresses.take(senderAt(request.ip), 1);
    return waitSeconds === null ? undefined : sendFault(reply.header('retry-after', waitSeconds), 'BUSY');
  });

  app.get('/sign-in/start', async (request, reply) => {
    const secret = openId.makeSecret();
    const address = await openId.start(secret);
    if (typeof address === 'string') return sendFault(reply, address);
    const to = Buffer.from(returnPath((request.query as { to?: unknown }).to)).toString('base64url');
    // Lax: the provider's page leads back here.
    setCookie(reply, 'renewals_sign_on', { value: `${secret}.${to}`, seconds: startedFor, sameSite: 'Lax' }, config);
    return await reply.redirect(address.href, 302);
  });

  app.get('/sign-in/callback', async (request, reply) => {
    const [secret = '', to = ''] = readCookie(request, 'renewals_sign_on', config)?.split('.') ?? [];
    // One attempt, however it ends.
    clearCookie(reply, 'renewals_sign_on', config);
    if (secret === '') return sendFault(reply, 'EXPIRED');
    const identity = await openId.finish(searchOf(request), secret);
    if (typeof identity === 'string') return sendFault(reply, identity);
    const { partnerId, email } = identity;
    const user = email.includes('\0') ? null : await findPartnerUserByEmail(readAs(pool, partnerId), email);
    if (user === null) {
      log.info({ reason: 'user', partnerId: globalId('Partner', partnerId) }, 'sign-on refused: the partner has no such user');
      return sendFault(reply, 'NO_USER');
    }
    await signIn(request, reply, { partnerId, partnerUserId: user.id, apiKeyId: null, method: 'SIGN_ON' }, scope);
    return await reply.redirect(returnPath(Buffer.from(to, 'base64url').toString()), 302);
  });
}

const searchOf = ({ url }: FastifyRequest) => (url.includes('?') ? url.slice(url.indexOf('?')) : '');
