import { HeaderMap, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server';
import { getVariableValues, GraphQLError, type ExecutionResult, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql';
import { compileQuery, conditionsOf, type CompiledQuery, type Variables } from './compile-query.ts';
import type { RequestContext } from '../graphql/context.ts';
import { noteRequest } from './failed-request.plugin.ts';

type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** The compiled forms of an operation. If conditions is null, graphql-js executes it. */
type CacheEntry = { conditions: string[] | null; compiled: Map<string, CompiledQuery | null> };

const maxOperations = 200;
const maxCompiledOfOperation = 10;

/**
 * Compiles repeated queries with graphql-jit, which executes a page of the dashboard in a fifth of the time. graphql-js, the reference,
 * executes first-time queries, mutations, and queries that graphql-jit handles differently. Apollo does not format errors of a plugin,
 * so the plugin calls `formatError` itself.
 */
export function createCompiledQueries(formatError: FormatError): ApolloServerPlugin<RequestContext> {
  const seen = new WeakSet<OperationDefinitionNode>();
  // The most recently used operations. The keys are the objects in Apollo's document cache.
  const cache = new Map<OperationDefinitionNode, CacheEntry>();

  return {
    async requestDidStart() {
      return {
        async responseForOperation({ schema, document, operation, request, contextValue }) {
          // Despite its type, it is undefined if the document lacks the requested operation.
          if (!operation) return null;
          if (!seen.has(operation)) {
            seen.add(operation);
            return null;
          }
          const entry = cache.get(operation) ?? { conditions: conditionsOf(schema, document, operation), compiled: new Map() };
          touch(operation, entry);
          if (entry.conditions === null) return null;
          const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {}, { maxErrors: 1 });
          // graphql-js then reports the invalid variables.
          if (coerced === undefined) return null;
          const key = keyOf(entry.conditions, coerced);
          let compiled = entry.compiled.get(key);
          if (compiled === undefined) {
            if (entry.compiled.size >= maxCompiledOfOperation) return null;
            entry.compiled.set(key, (compiled = compileQuery(schema, document, operation, coerced)));
          }
          if (compiled === null) return null;
          const result = await compiled(undefined, contextValue, coerced);
          noteRequest(contextValue, operation, result.errors ?? []);
          return responseOf(result, formatError);
        },
      };
    },
  };

  function touch(operation: OperationDefinitionNode, entry: CacheEntry): void {
    cache.delete(operation);
    cache.set(operation, entry);
    if (cache.size > maxOperations) cache.delete(cache.keys().next().value!);
  }
}

const keyOf = (conditions: readonly string[], variables: Variables) => conditions.map((name) => String(variables[name])).join();

function responseOf({ data, errors }: ExecutionResult, formatError: FormatError): GraphQLResponse | null {
  // An error without an original comes from the executor. graphql-js then executes the query again, so that clients see its wording.
  if (errors?.some(({ originalError }) => !originalError)) return null;
  return {
    http: { headers: noHeaders },
    body: {
      kind: 'single',
      singleResult: { ...(errors && { errors: errors.map((error) => formatted(error, formatError)) }), data: data ?? null },
    },
  };
}

const noHeaders = new HeaderMap();

/** Formats an error as Apollo does: GraphQL's JSON form of the error, with a code. */
function formatted({ message, locations, path, originalError, extensions }: GraphQLError, formatError: FormatError): GraphQLFormattedError {
  const code = extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR';
  const located = new GraphQLError(message, { path, originalError, extensions });
  return formatError({ message, ...(locations && { locations }), ...(path && { path }), extensions: { ...extensions, code } }, located);
}
