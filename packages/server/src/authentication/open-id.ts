import { createHash, randomBytes } from 'node:crypto';
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  AuthorizationResponseError,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  ClientSecretPost,
  clockTolerance,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  ResponseBodyError,
  type ClientAuth,
  type Configuration,
  type CustomFetch,
} from 'openid-client';
import type { Logger } from 'pino';
import type { OpenIdConfig } from '../config.ts';
import { BodyTooLarge, fetchBounded } from './bounded-fetch.ts';
import { identityOf } from './sign-on.ts';

/** Why nobody signed in. The log has the reason. */
export type OpenIdFault = 'DENIED' | 'EXPIRED' | 'FAILED' | 'NO_USER' | 'UNAVAILABLE';

export type OpenId = {
  /** The secret of one sign-in. It stays in the browser that begins it, and all values that protect the sign-in follow from it. */
  makeSecret(): string;
  /** Where the browser goes to. */
  start(secret: string): Promise<URL | OpenIdFault>;
  /** Who came back to the callback, with this search part of its address. */
  finish(search: string, secret: string): Promise<{ partnerId: string; email: string } | OpenIdFault>;
};

const metadataMaxAgeMs = 3_600_000;
const retryMs = 5_000;
const timeoutSeconds = 5;
const toleranceSeconds = 30;
/** Each causes requests to the provider. */
const maxRunning = 20;

const derived = (secret: string, purpose: string) => createHash('sha256').update(`${purpose} ${secret}`).digest('base64url');
const stateOf = (secret: string) => derived(secret, 'state');
const nonceOf = (secret: string) => derived(secret, 'nonce');
const verifierOf = (secret: string) => derived(secret, 'verifier');

/** Sign-in by OpenID Connect: authorization code with PKCE, state and nonce. */
export function createOpenId(config: OpenIdConfig, callback: string, log: Logger, monotonic = () => performance.now()): OpenId {
  let loaded: { provider: Configuration; at: number } | undefined;
  let loading: Promise<void> | undefined;
  let triedAt = -Infinity;
  let running = 0;

  /** The provider's addresses, which it publishes. */
  async function providerNow(): Promise<Configuration | null> {
    const isDue = loaded === undefined || monotonic() - loaded.at > metadataMaxAgeMs;
    if (isDue && (loading !== undefined || monotonic() - triedAt > retryMs)) {
      loading ??= load().finally(() => (loading = undefined));
      await loading;
    }
    return loaded?.provider ?? null;
  }

  async function load(): Promise<void> {
    triedAt = monotonic();
    try {
      const isInsecure = config.issuer.protocol === 'http:';
      const metadata = { [clockTolerance]: toleranceSeconds };
      const provider = await discovery(config.issuer, config.clientId, metadata, clientAuthOf(config), {
        execute: [enableNonRepudiationChecks, ...(isInsecure ? [allowInsecureRequests] : [])],
        timeout: timeoutSeconds,
        [customFetch]: fetchAnswer,
      });
      loaded = { provider, at: monotonic() };
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'identity provider unavailable: check OIDC_ISSUER');
    }
  }

  async function claimsOf(provider: Configuration, search: string, secret: string): Promise<Record<string, unknown>> {
    const tokens = await authorizationCodeGrant(provider, new URL(`${callback}${search}`), {
      expectedState: stateOf(secret),
      expectedNonce: nonceOf(secret),
      pkceCodeVerifier: verifierOf(secret),
      idTokenExpected: true,
    });
    const claims = tokens.claims()!;
    const isComplete = claims['email'] !== undefined && claims[config.partnerClaim] !== undefined;
    if (isComplete || provider.serverMetadata().userinfo_endpoint === undefined) return claims;
    const further = await fetchUserInfo(provider, tokens.access_token, claims.sub);
    // Whether an address is verified counts only from where the address comes from.
    const { email, email_verified } = claims['email'] === undefined ? further : claims;
    return { ...further, ...claims, email, email_verified };
  }

  async function identify(search: string, secret: string): Promise<{ partnerId: string; email: string } | OpenIdFault> {
    const provider = await providerNow();
    if (provider === null) return 'UNAVAILABLE';
    try {
      const identity = identityOf(await claimsOf(provider, search, secret), { partnerClaim: config.partnerClaim });
      if (identity === null || identity.isOperator) {
        log.info({ reason: 'claims' }, 'sign-on refused: it needs an e-mail address that is verified, and the partner');
        return 'NO_USER';
      }
      return { partnerId: identity.partnerId, email: identity.email };
    } catch (error) {
      log.info({ reason: reasonOf(error) }, 'sign-on refused');
      return faultOf(error);
    }
  }

  return {
    makeSecret: () => randomBytes(32).toString('base64url'),
    async start(secret) {
      const provider = await providerNow();
      if (provider === null) return 'UNAVAILABLE';
      return buildAuthorizationUrl(provider, {
        redirect_uri: callback,
        scope: config.scope,
        state: stateOf(secret),
        nonce: nonceOf(secret),
        code_challenge: await calculatePKCECodeChallenge(verifierOf(secret)),
        code_challenge_method: 'S256',
      });
    },
    async finish(search, secret) {
      // Before anything is asked of the provider.
      if (new URLSearchParams(search).get('state') !== stateOf(secret)) return 'EXPIRED';
      if (running >= maxRunning) return 'UNAVAILABLE';
      running += 1;
      try {
        return await identify(search, secret);
      } finally {
        running -= 1;
      }
    },
  };
}

/** HTTP Basic is the standard's default; a provider that does not list it takes the secret in the body. */
function clientAuthOf({ clientSecret }: OpenIdConfig): ClientAuth {
  if (clientSecret === undefined) return None();
  const [basic, post] = [ClientSecretBasic(clientSecret), ClientSecretPost(clientSecret)];
  return (provider, client, body, headers) => {
    const methods = provider.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    (methods.includes('client_secret_basic') ? basic : post)(provider, client, body, headers);
  };
}

function faultOf(error: unknown): OpenIdFault {
  if (error instanceof AuthorizationResponseError) return error.error === 'access_denied' ? 'DENIED' : 'FAILED';
  if (error instanceof ResponseBodyError) return error.error === 'invalid_grant' ? 'EXPIRED' : 'FAILED';
  return isUnanswered(error) ? 'UNAVAILABLE' : 'FAILED';
}

class NoAnswer extends Error {
  override name = 'NoAnswer';
}

/** The library wraps the errors of a request. */
const isUnanswered = (error: unknown): boolean =>
  error instanceof NoAnswer || (error instanceof Error && error.cause !== undefined && isUnanswered(error.cause));

const fetchAnswer: CustomFetch = async (url, options) => {
  const response = await fetchBounded(url, options as RequestInit).catch((error: unknown) => {
    throw error instanceof BodyTooLarge ? error : new NoAnswer('The identity provider does not answer.', { cause: error });
  });
  if (response.status >= 500) throw new NoAnswer(`The identity provider answers ${response.status}.`);
  return response;
};

/** Codes alone: the texts of a provider may name a person. */
function reasonOf(error: unknown): string {
  const { name, code, error: ofProvider, cause } = error as { name?: string; code?: string; error?: string; cause?: { code?: string } };
  // The callback's address has the provider's code, and anybody can write one.
  return [name, code, ofProvider, cause?.code].filter((each) => typeof each === 'string' && /^[\w.:-]{1,60}$/.test(each)).join(' ');
}
