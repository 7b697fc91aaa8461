import { ConnectionError } from '@partner-renewals/sdk';
import { navigate } from '../app/address.ts';
import { ownPath, pageOf } from '../app/pages.ts';
import { client } from './client.ts';
import { loadPage } from './first-paint.ts';
import { readAgain } from './freshness.ts';
import { signedInAgain, tellWindows } from './session.store.ts';
import { withViews } from './other.views.ts';
import { viewerSelection } from './viewer.selection.ts';
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

/** Somebody has signed in: the page goes on where it was if it is the same viewer, and else starts anew. */
export async function goOn({ isOwnWindow }: { isOwnWindow: boolean }): Promise<void> {
  if (isOwnWindow) tellWindows('signed in');
  const to = ownPath(new URLSearchParams(location.search).get('to'));
  const before = known.get()?.viewer;
  if (!before) {
    known.set(undefined);
    navigate(to, { replace: true });
    return loadPage();
  }
  // Over the sign-in there is nothing to keep.
  if (pageOf(location.pathname).name === 'sign-in') return location.assign(to);
  const { viewer, dashboardColumns } = await client.query(viewerSelection());
  const isSame = viewer?.id === before.id && viewer.partner.id === before.partner.id;
  if (isSame) known.set({ viewer: withViews(before, viewer, { id: null, view: null }), columns: dashboardColumns });
  signedInAgain({ isSame });
  if (isSame) readAgain();
  else location.assign('/');
}

/**
 * Ends the session on the server. The page is loaded anew, so that nothing of it stays in memory. Returns whether the session has ended:
 * otherwise its cookie lives on, and a page that asks to sign in would be untrue.
 */
export async function signOut(): Promise<boolean> {
  const response = await post('/sign-out').catch(() => null);
  // A session that has ended already is as good.
  if (!response?.ok && response?.status !== 401) return false;
  tellWindows('signed out');
  location.assign('/sign-in');
  return true;
}
