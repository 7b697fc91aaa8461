import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSchema, createYoga } from 'graphql-yoga';
import { readPage } from './page.reader.ts';
import { typeDefs } from './page.schema.ts';

// Set up as its documentation shows. It caches parsed and validated documents by default.

const yoga = createYoga({
  schema: createSchema({
    typeDefs,
    resolvers: {
      Query: {
        upcomingContractChanges: (_: unknown, { partnerId, after }: { partnerId: string; after?: string | null }) =>
          readPage('joined', 'all', partnerId, after),
      },
    },
  }),
  graphiql: false,
  landingPage: false,
  logging: false,
});
const server = createServer((request, response) => void yoga(request, response));
server.listen(0, '127.0.0.1', () => console.log(`Listening at http://127.0.0.1:${(server.address() as AddressInfo).port}`));
