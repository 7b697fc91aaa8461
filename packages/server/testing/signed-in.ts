import type { GraphqlAnswer, TestServer } from './test-server.ts';

/** The header of our own page. */
export const page = { 'x-renewals-page': '1' };

export type SignedIn = {
  /** The header Cookie. */
  cookie: string;
  query(document: string, variables?: Record<string, unknown>, headers?: Record<string, string>, at?: TestServer): Promise<GraphqlAnswer>;
};

/** A POST of the page. */
export async function postAsPage(
  server: Pick<TestServer, 'url'>,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return await fetch(server.url + path, {
    method: 'POST',
    headers: { ...page, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** The session's cookie of an answer, as a browser sends it; null if there is none. */
export function cookieOf(answer: Response): string | null {
  const pairs = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0]!);
  return pairs.find((pair) => /^(__Host-)?renewals_session=rns_/.test(pair)) ?? null;
}

/** Signs a browser in by an API key. */
export async function signInByKey(server: TestServer, apiKey: string, headers: Record<string, string> = {}): Promise<SignedIn> {
  const answer = await postAsPage(server, '/sign-in/key', { apiKey }, headers);
  const cookie = cookieOf(answer);
  if (cookie === null) throw new Error(`Not signed in: ${answer.status} ${await answer.text()}`);
  return {
    cookie,
    query: async (document, variables = {}, further = {}, at = server) =>
      await at.query(document, variables, { headers: { ...page, cookie, ...further } }),
  };
}
