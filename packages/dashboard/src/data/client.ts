import { createClient, type RenewalsError } from '@partner-renewals/sdk';
import { isAway, isBack, probeWith } from './connection.ts';
import { signedOut } from './session.store.ts';

/** The API of the server that sent this page, for the signed-in user. */
export const client = createClient({
  url: '/graphql',
  session: true,
  onResponse({ status }) {
    if (status === 401) void signedOut();
    if (status < 500) isBack();
  },
  onRetry: ({ error }) => noteAbsence(error),
});

/** A proxy or the server answers with 502 to 504 while the server starts. One that imports is there. */
function noteAbsence({ name, code, status = 0 }: RenewalsError): void {
  if (name === 'ConnectionError' || name === 'TimeoutError') isAway('unreachable');
  else if (status >= 502 && status <= 504 && code !== 'IMPORT_RUNNING') isAway('busy');
}

probeWith(async () => {
  try {
    await client.query({ viewer: { id: true } }, { maxRetries: 0, timeoutMs: 10_000 });
  } catch (error) {
    noteAbsence(error as RenewalsError);
    throw error;
  }
});
