import { HeaderMap, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server';
import { getVariableValues, GraphQLError, type ExecutionResult, type GraphQLFormattedError, type OperationDefinitionNode } from 'graphql';
import { compileQuery, conditionsOf, type CompiledQuery, type Variables } from './compile-query.ts';
import type { RequestContext } from '../graphql/context.ts';

type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** What is known of an operation: null as its conditions means that graphql-js executes it. */
type Known = { conditions: string[] | null; compiled: Map<string, CompiledQuery | null> };

const maxOperations = 200;
const maxCompiledOfOperation = 10;

/**
 * Executes queries that come again as functions compiled by graphql-jit: a page of the dashboard in a fifth of the time. graphql-js, the
 * reference, executes what comes for the first time, mutations, and everything that graphql-jit has its own mind about. `formatError` is
 * Apollo's, which formats no errors of a plugin.
 */
export function createCompiledQueries(formatError: FormatError): ApolloServerPlugin<RequestContext> {
  const seen = new WeakSet<OperationDefinitionNode>();
  // The ones used last, by operations that Apollo keeps with their documents.
  const known = new Map<OperationDefinitionNode, Known>();

  return {
    async requestDidStart() {
      return {
        async responseForOperation({ schema, document, operation, request, contextValue }) {
          // Whatever its type says: there is none when the document has not the one that is asked for.
          if (!operation) return null;
          if (!seen.has(operation)) {
            seen.add(operation);
            return null;
          }
          const entry = known.get(operation) ?? { conditions: conditionsOf(schema, document, operation), compiled: new Map() };
          remember(operation, entry);
          if (entry.conditions === null) return null;
          const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {}, { maxErrors: 1 });
          // graphql-js tells what is wrong with them.
          if (coerced === undefined) return null;
          const key = keyOf(entry.conditions, coerced);
          let compiled = entry.compiled.get(key);
          if (compiled === undefined) {
            if (entry.compiled.size >= maxCompiledOfOperation) return null;
            entry.compiled.set(key, (compiled = compileQuery(schema, document, operation, coerced)));
          }
          if (compiled === null) return null;
          return responseOf(await compiled(undefined, contextValue, coerced), formatError);
        },
      };
    },
  };

  function remember(operation: OperationDefinitionNode, entry: Known): void {
    known.delete(operation);
    known.set(operation, entry);
    if (known.size > maxOperations) known.delete(known.keys().next().value!);
  }
}

const keyOf = (conditions: readonly string[], variables: Variables) => conditions.map((name) => String(variables[name])).join();

function responseOf({ data, errors }: ExecutionResult, formatError: FormatError): GraphQLResponse | null {
  // What no resolver threw is the executor's own finding: graphql-js finds it again, and words it.
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

/** As Apollo would, which begins with GraphQL's own form of an error and a code. */
function formatted({ message, locations, path, originalError, extensions }: GraphQLError, formatError: FormatError): GraphQLFormattedError {
  const code = extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR';
  const located = new GraphQLError(message, { path, originalError, extensions });
  return formatError({ message, ...(locations && { locations }), ...(path && { path }), extensions: { ...extensions, code } }, located);
}
