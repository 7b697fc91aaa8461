import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authenticate } from '../../authentication/authenticate.ts';
import type { Config } from '../../config.ts';
import { readAs } from '../../database/reader.ts';
import { sampleAdministrator } from '../../import/sample-data.ts';
import { isDirectRequest } from '../explorers/prefill.ts';
import { findPartnerUserByEmail } from '../../partner/partner-user.queries.ts';
import { readCookie, type CookieConfig } from './session-cookie.ts';
import { signIn, type SignInScope } from './sign-in.ts';

export type SampleSession = {
  /** Whether this request may sign in as the sample partner without a key. */
  isOffered(request: FastifyRequest): boolean;
  /** Returns whether it succeeded. */
  signIn(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
  /**
   * For a request of the page itself: signs a browser without a session in, unless somebody signed out there. It never fails: the page
   * then offers to sign in.
   */
  signInSample(request: FastifyRequest, reply: FastifyReply): Promise<void>;
};

type Options = SignInScope & {
  config: CookieConfig & Pick<Config, 'environment'>;
  authenticate: Authenticate;
  /** The key of the sample partner, if the server listens on loopback and has one. */
  sampleKey: string | undefined;
};

/** Signs in as the sample partner: in development, for a browser on this machine that asks directly. */
export function createSampleSession({ sampleKey, authenticate, ...scope }: Options): SampleSession {
  const { config, sessions } = scope;
  const isOffered = (request: FastifyRequest) =>
    sampleKey !== undefined && config.environment !== 'production' && isDirectRequest(request.raw);

  async function signInAsSample(request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    if (!isOffered(request)) return false;
    const viewer = await authenticate(`Bearer ${sampleKey}`, undefined);
    if (typeof viewer === 'string') return false;
    const { partnerId, credentialId } = viewer;
    // The key is the partner's own. A person has columns, views and reminders of their own, too.
    const person = await findPartnerUserByEmail(readAs(scope.pool, partnerId), sampleAdministrator);
    await signIn(request, reply, { partnerId, partnerUserId: person?.id ?? null, apiKeyId: credentialId, method: 'SAMPLE' }, scope);
    return true;
  }

  return {
    isOffered,
    signIn: signInAsSample,
    async signInSample(request, reply) {
      // A browser leaves a strict cookie out when a link of another site leads here, so there may be a session.
      const { 'sec-fetch-site': site = 'none' } = request.headers;
      if (!isOffered(request) || !['none', 'same-origin'].includes(site) || readCookie(request, 'renewals_signed_out', config) !== null)
        return;
      try {
        const viewer = await sessions.authenticate(readCookie(request, 'renewals_session', config), undefined);
        if (viewer === 'UNAUTHENTICATED') await signInAsSample(request, reply);
      } catch {
        // The database is unavailable. The page's own requests say so.
      }
    },
  };
}
