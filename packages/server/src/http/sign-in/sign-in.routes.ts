import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createBuckets } from '../../api/cost.bucket.ts';
import type { Authenticate } from '../../authentication/authenticate.ts';
import { parseApiKey } from '../../api-key/api-key.ts';
import { rateLimitMessage } from '../../graphql/errors.ts';
import type { Config } from '../../config.ts';
import type { Logger } from '../../process/log.ts';
import { sendError } from '../error-body.ts';
import { paceRefusals } from '../refusal.hooks.ts';
import { senderAt } from '../refusal.pace.ts';
import { lineOf } from '../request-line.ts';
import { isFromPage } from './page-request.ts';
import type { SampleSession } from './sample-session.ts';
import { clearCookie, isSecure, setCookie } from './session-cookie.ts';
import { registerSignOn } from './sign-on.routes.ts';
import { endOwnSession, signIn, type SignInScope } from './sign-in.ts';

export type SignInOptions = SignInScope & {
  config: Pick<Config, 'openId'>;
  authenticate: Authenticate;
  sample: SampleSession;
  log: Logger;
};

const maxBodyBytes = 1_024;
// People of one company may share an address.
const perAddress = { size: 60, restoredPerSecond: 10 };

const overHttps = 'Open this page over https: over plain http, only a browser on the machine of the server can be signed in.';

/** How the page signs in and out. No script sees the session: it is in a cookie. */
export async function registerSignIn(app: FastifyInstance, options: SignInOptions): Promise<void> {
  const { authenticate, sample, log, ...scope } = options;
  const { config } = scope;
  if (config.openId) {
    // Before the hooks of this scope: its answers are pages.
    // Loaded only where it is used: it takes as long as a good part of the start.
    const { createOpenId } = await import('../../authentication/open-id.ts');
    const openId = createOpenId(config.openId, `${config.publicUrl}/sign-in/callback`, log);
    await app.register(registerSignOn, { ...scope, openId, log });
  }
  const addresses = createBuckets(perAddress);
  app.decorateRequest('viewer', null);
  paceRefusals(app);
  readJson(app);

  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    if (request.method !== 'POST') return undefined;
    if (!isFromPage(request, config)) {
      const isPlainHttp = request.headers.origin === `http://${request.host}` && isSecure(request, config);
      return await sendError(reply, 403, isPlainHttp ? overHttps : 'Only the page of this server may send this request.', 'FORBIDDEN');
    }
    const { waitSeconds } = addresses.take(senderAt(request.ip), 1);
    if (waitSeconds === null) return undefined;
    return await sendError(reply.header('retry-after', waitSeconds), 429, rateLimitMessage(waitSeconds), 'RATE_LIMITED');
  });

  app.get('/sign-in/methods', (request, reply) =>
    reply.send({ key: true, signOn: config.openId ? { name: config.openId.name } : null, sample: sample.isOffered(request) }),
  );

  app.post('/sign-in/key', async (request, reply) => {
    const { apiKey } = (request.body ?? {}) as { apiKey?: unknown };
    if (typeof apiKey !== 'string') return await sendError(reply, 400, 'Send the key as {"apiKey": "…"}.', 'BAD_REQUEST');
    const key = apiKey.trim();
    if (!parseApiKey(key)) return await refuseKey(reply);
    const viewer = await authenticate(`Bearer ${key}`, undefined, lineOf(request).usage);
    if (viewer === 'PARTNER_NOT_NAMED')
      return await sendError(
        reply,
        403,
        'Operators cannot sign in here: they use the API and name a partner in each request.',
        'FORBIDDEN',
      );
    if (viewer === 'OVERLOADED') return await refuseLoad(reply);
    if (typeof viewer === 'string') return await refuseKey(reply);
    const { partnerId, partnerUserId, credentialId } = viewer;
    await signIn(request, reply, { partnerId, partnerUserId, apiKeyId: credentialId, method: 'API_KEY' }, scope);
    return await reply.code(204).send();
  });

  app.post('/sign-in/sample', async (request, reply) => {
    if (await sample.signIn(request, reply)) return await reply.code(204).send();
    return await sendError(reply, 403, 'The sample partner is for a browser on the machine of a development server.', 'FORBIDDEN');
  });

  app.post('/sign-out', async (request, reply) => {
    if (!(await endOwnSession(request, scope))) return await refuseLoad(reply);
    clearCookie(reply, 'renewals_session', config);
    // So that development does not sign in again by itself.
    if (sample.isOffered(request)) setCookie(reply, 'renewals_signed_out', { value: '1', seconds: 3_600, sameSite: 'Lax' }, config);
    return await reply.code(204).send();
  });
}

const refuseLoad = async (reply: FastifyReply) =>
  await sendError(reply.header('retry-after', '1'), 503, 'The server is overloaded; try again in a moment.', 'UNAVAILABLE');

const refuseKey = async (reply: FastifyReply) =>
  await sendError(reply, 401, 'This API key is wrong, expired or revoked.', 'UNAUTHENTICATED');

/** Reads small JSON bodies and nothing else: a form gets 415, a larger body 413. */
function readJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: maxBodyBytes },
    async (_request: FastifyRequest, body: string) => {
      try {
        return JSON.parse(body) as unknown;
      } catch {
        return null;
      }
    },
  );
}
