import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider, type Adapter, type AdapterPayload } from 'oidc-provider';

/** The claims of a person at the provider. */
export type Account = { email?: string; email_verified?: boolean; partner_id?: string };

export type IdentityProvider = {
  issuer: URL;
  /** Who signs in next, or that nobody does. */
  person: Account | 'DENIES';
  /** Lets the codes that it gave out expire. */
  expireCodes(): void;
  close(): Promise<void>;
};

export const clientId = 'renewals';
export const clientSecret = 'the secret of the client in the tests';

/** The provider keeps all its records there. */
const adapterOn =
  (records: Map<string, AdapterPayload>) =>
  (model: string): Adapter => {
    const find = async (matches: (payload: AdapterPayload) => boolean) => [...records.values()].find(matches);
    return {
      upsert: async (id, payload) => void records.set(`${model} ${id}`, payload),
      find: async (id) => records.get(`${model} ${id}`),
      findByUid: async (uid) => await find((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => await find((payload) => payload.userCode === userCode),
      consume: async (id) => void (records.get(`${model} ${id}`)!.consumed = 1),
      destroy: async (id) => void records.delete(`${model} ${id}`),
      revokeByGrantId: async (grantId) => {
        for (const [key, payload] of records) if (payload.grantId === grantId) records.delete(key);
      },
    };
  };

/** A real OpenID provider on loopback. A person signs in without a form. `isBare` leaves out the client's secret, and claims are in the ID token. */
export async function startIdentityProvider(callback: string, { isBare = false } = {}): Promise<IdentityProvider> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accounts = new Map<string, Account>();
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const client = (id: string) => ({
    client_id: id,
    ...(isBare ? { token_endpoint_auth_method: 'none' as const } : { client_secret: clientSecret }),
    redirect_uris: [callback],
  });
  const records = new Map<string, AdapterPayload>();
  const provider = new Provider(issuer, {
    adapter: adapterOn(records),
    clients: [client(clientId), client('another')],
    cookies: { keys: ['a key of the tests'] },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'test' }] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], partner: ['partner_id'] },
    conformIdTokenClaims: !isBare,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ ...accounts.get(id), sub: id }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client!.clientId, accountId: oidc.session!.accountId! });
      grant.addOIDCScope('openid email partner');
      await grant.save();
      return grant;
    },
    ttl: { AuthorizationCode: 60, AccessToken: 60, IdToken: 60, Grant: 60, Session: 60, Interaction: 60 },
  });

  async function finishInteraction(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { person } = running;
    const accountId = `account ${accounts.size}`;
    if (person !== 'DENIES') accounts.set(accountId, person);
    const result = person === 'DENIES' ? { error: 'access_denied' } : { login: { accountId } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  const answer = provider.callback();
  server.on('request', (request, response) => {
    if (request.url!.startsWith('/interaction/')) void finishInteraction(request, response);
    else void answer(request, response);
  });
  const running: IdentityProvider = {
    issuer: new URL(issuer),
    person: 'DENIES',
    expireCodes() {
      for (const [key, payload] of records) if (key.startsWith('AuthorizationCode ')) payload.exp = 1;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return running;
}
