import { createClient, type RenewalsError } from '@partner-renewals/sdk';
import { isAway, isBack, probeWith } from './connection.ts';
import { signedOut } from './session.store.ts';

/** The API of the server that sent this page, for the signed-in user. */
export const client = createClient({
  url: '/graphql',
  session: true,
  onResponse({ status }) {
    if (status === 401) void signedOut();
    if (status < 502) isBack();
    else isAway('busy');
  },
  onRetry: ({ error }) => follow(error),
});

/** A proxy or the server answers with 502 to 504 while it starts; an import that runs is no such fault. */
function follow({ name }: RenewalsError): void {
  if (name === 'ConnectionError' || name === 'TimeoutError') isAway('unreachable');
}

probeWith(async () => {
  try {
    await client.query({ viewer: { id: true } }, { maxRetries: 0, timeoutMs: 10_000 });
  } catch (error) {
    follow(error as RenewalsError);
    throw error;
  }
});
