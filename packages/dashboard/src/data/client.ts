import { createClient } from '@partner-renewals/sdk';

/** The API of the server that sent this page, for the signed-in user. */
export const client = createClient({ url: '/graphql', session: true });
