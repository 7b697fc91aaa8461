import fastify from 'fastify';
import mercurius from 'mercurius';
import { readPage } from './page.reader.ts';
import { typeDefs } from './page.schema.ts';

// Set up as its documentation shows, with its compiler: `jit: 1` compiles a query on its second request.

const app = fastify();
await app.register(mercurius, {
  schema: typeDefs,
  resolvers: {
    Query: {
      upcomingContractChanges: (_: unknown, { partnerId, after }: { partnerId: string; after?: string | null }) =>
        readPage('joined', 'all', partnerId, after),
    },
  },
  jit: 1,
});
console.log(`Listening at ${await app.listen({ host: '127.0.0.1', port: 0 })}`);
