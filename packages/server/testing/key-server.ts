import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';

export type SigningKey = { kid: string; alg: string; privateKey: CryptoKey; publicKey: CryptoKey };

export async function makeSigningKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  return { kid, alg, ...(await generateKeyPair(alg, { extractable: true })) };
}

export async function signToken(
  { kid, alg, privateKey }: SigningKey,
  claims: JWTPayload,
  header: Record<string, unknown> = {},
): Promise<string> {
  return await new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}

/** Serves the keys of an issuer locally. A test can change and remove them, and count the requests. */
export async function startKeyServer(): Promise<{
  url: URL;
  publish(...keys: SigningKey[]): Promise<void>;
  answer: 'keys' | 'error' | 'nothing' | 'nonsense' | 'endless';
  requests: number;
  /** of an endless answer */
  bytesSent: number;
  close(): Promise<void>;
}> {
  let published: JWK[] = [];
  const http = createServer((_request, response) => {
    served.requests += 1;
    if (served.answer === 'nothing') return;
    if (served.answer === 'endless') {
      const part = ' '.repeat(65_536);
      const send = () => {
        while (!response.destroyed && response.write(part)) served.bytesSent += part.length;
      };
      response.on('drain', send);
      send();
      return;
    }
    response.statusCode = served.answer === 'error' ? 500 : 200;
    response.end(served.answer === 'nonsense' ? '{"keys":1}' : JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
  const served = {
    url: new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/keys`),
    answer: 'keys' as 'keys' | 'error' | 'nothing' | 'nonsense' | 'endless',
    requests: 0,
    bytesSent: 0,
    async publish(...keys: SigningKey[]) {
      published = await Promise.all(
        keys.map(async ({ kid, alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' })),
      );
    },
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => void http.close(resolve));
    },
  };
  return served;
}
