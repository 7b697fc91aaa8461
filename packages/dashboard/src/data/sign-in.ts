import { ConnectionError } from '@partner-renewals/sdk';
import { readAgain } from './freshness.ts';
import { readKnown } from './load-known.ts';
import { session, tellWindows } from './session.store.ts';
import { known } from './viewer.store.ts';

/** How one can sign in to this server. */
export type Methods = { readonly key: boolean; readonly signOn: { readonly name: string } | null; readonly sample: boolean };

export async function readMethods(): Promise<Methods> {
  const response = await fetch('/sign-in/methods').catch(() => null);
  if (!response?.ok) throw new ConnectionError('The server does not say how to sign in.', { status: response?.status });
  return (await response.json()) as Methods;
}

/** Why signing in failed: the server's sentence, or null if it gave none or was not reached. */
export type Refusal = { readonly message: string | null; readonly code: string | null; readonly retryAfter: string | null };

type Body = { readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[] };

// No form and no other site can send this header.
const post = async (path: string, body?: object): Promise<Response> =>
  fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'x-renewals-page': '1', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });

async function refusalOf(request: Promise<Response>): Promise<Refusal | null> {
  try {
    const response = await request;
    if (response.ok) return null;
    const { errors } = (await response.json().catch(() => ({}))) as Body;
    return {
      message: errors?.[0]?.message ?? null,
      code: errors?.[0]?.extensions?.code ?? String(response.status),
      retryAfter: response.headers.get('retry-after'),
    };
  } catch {
    return { message: null, code: null, retryAfter: null };
  }
}

export const signInByKey = async (apiKey: string): Promise<Refusal | null> => refusalOf(post('/sign-in/key', { apiKey }));
export const signInAsSample = async (): Promise<Refusal | null> => refusalOf(post('/sign-in/sample'));

/** The viewer has signed in: the page goes on where it was if it is the same one, and else starts anew. */
export async function goOn({ isOwnWindow }: { isOwnWindow: boolean }): Promise<void> {
  if (isOwnWindow) tellWindows('signed in');
  const before = known.get();
  if (!before) {
    // The page reads who it is with its first request.
    known.set(undefined);
    return;
  }
  const now = await readKnown();
  if (now?.viewer.id === before.viewer.id && now.viewer.partner.id === before.viewer.partner.id) {
    known.set(now);
    session.set('open');
    readAgain();
  } else location.assign('/');
}

/** Ends the session on the server. The page is loaded anew, so that nothing of it stays in memory. */
export async function signOut(): Promise<void> {
  // A session that has ended already is as good.
  await post('/sign-out').catch(() => undefined);
  tellWindows('signed out');
  location.assign('/sign-in');
}
