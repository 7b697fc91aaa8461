import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { oneErrorPerNullPlugin } from './one-error-a-null.plugin.ts';
import { operatorAccessPlugin } from './operator-access.plugin.ts';
import type { Config } from '../config.ts';
import type { DatabaseFault } from '../database/unavailable.ts';
import { createCompiledQueries, type Charge } from './compiled-queries.plugin.ts';
import type { RequestContext } from '../graphql/context.ts';
import { maskError } from './error-masking.ts';
import { failedRequestPlugin } from './failed-request.plugin.ts';
import { createLimits, type LimitSettings } from './limits.plugin.ts';
import { documentLimits, NoPrototypeVariableRule, ShortNamesRule } from './limits.ts';
import type { Buckets } from './cost.bucket.ts';
import type { ValidatedDocuments } from './validated-documents.ts';
import { retryAdvicePlugin } from './retry-advice.plugin.ts';

export function createApollo(options: {
  schema: GraphQLSchema;
  config: Pick<Config, 'environment' | 'introspection'> & LimitSettings;
  log: Logger;
  onFault: (fault: DatabaseFault) => void;
  charge: Charge;
  buckets: Buckets;
  documents: ValidatedDocuments;
}): ApolloServer<RequestContext> {
  const { schema, config, log, charge, buckets, documents } = options;
  const formatError = maskError(log, options.onFault);
  return new ApolloServer<RequestContext>({
    schema,
    introspection: config.introspection,
    hideSchemaDetailsFromClientErrors: !config.introspection,
    includeStacktraceInErrorResponses: false,
    // No form or link of another site can send a key, and browsers ask before a script sends one.
    csrfPrevention: { requestHeaders: ['authorization'] },
    parseOptions: { maxTokens: documentLimits.tokens },
    // Every further error takes time to find, to describe and to send.
    validationOptions: { maxErrors: 10 },
    validationRules: [NoPrototypeVariableRule, ShortNamesRule],
    documentStore: documents,
    // Persisted queries only save bytes in requests, and no client needs that.
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    stopOnTerminationSignals: false,
    nodeEnv: config.environment,
    formatError,
    plugins: [
      // The cache control plugin would wrap every resolver of the schema.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      // The first, because Apollo waits for each plugin in turn until one has a response.
      createCompiledQueries(formatError, charge),
      failedRequestPlugin,
      operatorAccessPlugin,
      oneErrorPerNullPlugin,
      retryAdvicePlugin,
      createLimits(config, buckets),
    ],
    logger: withoutErrorTexts(log),
  });
}

/** Apollo's own messages. They end with the text of an error, which may have values of the request; the error itself is logged by its parts. */
function withoutErrorTexts(log: Logger): ApolloServer['logger'] {
  const [debug, info, warn, error] = (['debug', 'info', 'warn', 'error'] as const).map(
    (level) => (message?: unknown) => log[level](`Apollo Server: ${String(message).split(':')[0]!.slice(0, 200)}`),
  );
  return { debug: debug!, info: info!, warn: warn!, error: error! };
}
