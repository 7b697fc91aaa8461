import fastify from 'fastify';
import mercurius from 'mercurius';
import { readPage } from './page.reader.ts';
import { typeDefs } from './page.schema.ts';

// As its documentation has it, with the compiler on: `jit: 1` compiles a query when it comes a second time.

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
