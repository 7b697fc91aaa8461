import { decodeJwt, jwtVerify, type JWTPayload } from 'jose';
import type { Logger } from 'pino';
import type { SignOnConfig } from '../config.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { createSigningKeys, SigningKeysUnavailable } from './signing-keys.ts';

/** Whom a token is of: somebody at a partner, by the address that the issuer has verified, or an operator of the vendor. */
export type SignedOn = { subject: string } & ({ isOperator: true } | { isOperator: false; partnerId: string; email: string });

export type CheckToken = (token: string) => Promise<SignedOn | 'INVALID' | 'UNAVAILABLE'>;

/** How far the issuer's clock may be from ours. */
const clockToleranceSeconds = 30;

/** Checks tokens of the company's own sign-on. How a token is bad is told to the log alone. */
export function createCheckToken(config: SignOnConfig, now: () => number, log: Logger): CheckToken {
  const keys = createSigningKeys(config.keysUrl, log);
  return async (token) => {
    try {
      // Nobody can make us ask for keys with what is no token of the issuer's.
      if (decodeJwt(token).iss !== config.issuer) return 'INVALID';
      const { payload } = await jwtVerify(token, keys, {
        issuer: config.issuer,
        audience: config.audience,
        algorithms: config.algorithms,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(now()),
      });
      return signedOn(payload, config) ?? 'INVALID';
    } catch (error) {
      if (error instanceof SigningKeysUnavailable) return 'UNAVAILABLE';
      log.debug({ reason: (error as { code?: string }).code }, 'token refused');
      return 'INVALID';
    }
  };
}

function signedOn(claims: JWTPayload, { partnerClaim, operatorClaim }: SignOnConfig): SignedOn | null {
  const { sub: subject, email, email_verified: isVerified } = claims;
  if (typeof subject !== 'string' || !/^[\x20-\x7e]{1,255}$/.test(subject)) return null;
  if (operatorClaim !== undefined && has(claims[operatorClaim.name], operatorClaim.value)) return { subject, isOperator: true };
  const partner = claims[partnerClaim];
  const partnerId =
    typeof partner === 'string' ? uuidOf('Partner', partner.startsWith('par_') ? partner : `par_${partner.toLowerCase()}`) : null;
  // Without the issuer's word that it is theirs, anybody could give somebody else's address.
  if (partnerId === null || typeof email !== 'string' || isVerified !== true) return null;
  return { subject, isOperator: false, partnerId, email };
}

function has(claim: unknown, value: string): boolean {
  return Array.isArray(claim) ? claim.includes(value) : claim === value;
}
