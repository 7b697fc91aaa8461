import { decodeJwt, jwtVerify, type JWTPayload } from 'jose';
import type { Logger } from 'pino';
import type { SignOnConfig } from '../config.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { createSigningKeys, SigningKeysUnavailable } from './signing-keys.ts';
import { createVerifiedTokens, type Verification } from './verified.tokens.ts';

/** The identity in a token: a user of a partner, with the e-mail address that the issuer verified, or an operator of the vendor. */
export type TokenIdentity = { subject: string } & ({ isOperator: true } | { isOperator: false; partnerId: string; email: string });

export type CheckToken = (token: string) => Promise<TokenIdentity | 'INVALID' | 'OVERLOADED' | 'UNAVAILABLE'>;

/** The largest accepted difference between the issuer's clock and the server's. */
const clockToleranceSeconds = 30;
// Issuers' tokens have a few kilobytes.
const maxTokenLength = 8_192;

/** Checks tokens of the company's sign-on. Only the log says why a token is invalid. */
export function createCheckToken(config: SignOnConfig, now: () => number, log: Logger): CheckToken {
  const keys = createSigningKeys(config.keysUrl, log);
  const check = createVerifiedTokens(verify, now);
  return async (token) => {
    try {
      // Tokens of other issuers must not cause requests for keys.
      if (token.length > maxTokenLength || decodeJwt(token).iss !== config.issuer) return 'INVALID';
      return await check(token);
    } catch (error) {
      if (error instanceof SigningKeysUnavailable) return 'UNAVAILABLE';
      log.debug({ reason: (error as { code?: string }).code }, 'token refused');
      return 'INVALID';
    }
  };

  async function verify(token: string): Promise<Verification<TokenIdentity>> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: config.issuer,
        audience: config.audience,
        algorithms: config.algorithms,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(now()),
      });
      const identity = identityOf(payload, config);
      return identity && { identity, expiresAt: (payload.exp! + clockToleranceSeconds) * 1_000 };
    } catch (error) {
      if (error instanceof SigningKeysUnavailable) throw error;
      log.debug({ reason: (error as { code?: string }).code }, 'token refused');
      return null;
    }
  }
}

export function identityOf(
  claims: JWTPayload,
  { partnerClaim, operatorClaim }: Pick<SignOnConfig, 'partnerClaim' | 'operatorClaim'>,
): TokenIdentity | null {
  const { sub: subject, email, email_verified: isVerified } = claims;
  if (typeof subject !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(subject)) return null;
  if (operatorClaim !== undefined && has(claims[operatorClaim.name], operatorClaim.value)) return { subject, isOperator: true };
  const partner = claims[partnerClaim];
  const partnerId =
    typeof partner === 'string' ? uuidOf('Partner', partner.startsWith('par_') ? partner : `par_${partner.toLowerCase()}`) : null;
  // If the issuer has not verified the address, a user could claim the address of another user.
  if (partnerId === null || typeof email !== 'string' || isVerified !== true) return null;
  return { subject, isOperator: false, partnerId, email };
}

function has(claim: unknown, value: string): boolean {
  return Array.isArray(claim) ? claim.includes(value) : claim === value;
}
