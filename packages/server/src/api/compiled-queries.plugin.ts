import { HeaderMap, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server';
import { getVariableValues, GraphQLError, type ExecutionResult, type GraphQLFormattedError } from 'graphql';
import { hash } from 'node:crypto';
import { compileQuery, conditionsOf, variablesFor, type CompiledForm, type Variables } from './compile-query.ts';
import { RepeatedUseCache } from '../fair-cache.ts';
import type { Viewer } from '../access/viewer.ts';
import type { RequestContext } from '../graphql/context.ts';
import type { WrittenAnswer } from '../graphql/written-answer.ts';
import type { LeftOut } from '../reading/left-out-rows.ts';
import { noteRequest } from './failed-request.plugin.ts';
import { oneOfEachNull, type Executed } from './one-error-a-null.plugin.ts';

/** Notes for how long the event loop was blocked for the viewer. */
export type Charge = (viewer: Viewer, blockedMs: number) => void;
type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * An operation: its compiled form if it has no conditions, else how many forms each partner had compiled. If conditions is null, graphql-js
 * executes it.
 */
type CacheEntry = { conditions: string[] | null; unconditional?: Form; compilations: Map<string, number> };
/** Null if graphql-jit can't compile it. */
type Form = { compiled: CompiledForm | null };

// A compiled query takes some 100 KB. While others need room, one partner has at most a share.
const capacity = 200;
const share = 40;
// A partner's conditions may have other values each time. Then compiling is not worth the time.
const compilationsOfPartner = 20;

/**
 * Compiles repeated queries with graphql-jit, which executes a page of the dashboard in a fifth of the time. graphql-js, the reference,
 * executes first-time queries, mutations, and queries that graphql-jit handles differently. Apollo does not format errors of a plugin,
 * so the plugin calls `formatError` itself. Compiling blocks the event loop, so its time is charged.
 */
export function createCompiledQueries(formatError: FormatError, charge: Charge): ApolloServerPlugin<RequestContext> {
  // The keys are hashes: nodes and names of a document would keep all of it in memory, long after the cache of documents has let go of it.
  const cache = new RepeatedUseCache<string, CacheEntry>({ capacity, share });
  // An operation has another compiled form for other values of the variables in @skip and @include.
  const conditional = new RepeatedUseCache<string, Form>({ capacity, share });

  return {
    async requestDidStart() {
      return {
        async responseForOperation({ schema, document, operation, request, queryHash, contextValue }) {
          // Despite its type, it is undefined if the document lacks the requested operation.
          if (!operation) return null;
          const { partnerId } = contextValue.reader;
          const key = hash('sha256', `${queryHash} ${operation.name?.value ?? ''}`);
          const entry = cache.get(key, partnerId, () => ({
            conditions: conditionsOf(schema, document, operation),
            compilations: new Map(),
          }));
          // graphql-js executes a query that is new, and one that is never compiled.
          if (!entry?.conditions) return null;
          const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {}, { maxErrors: 1 });
          // graphql-js then reports the invalid variables.
          if (coerced === undefined) return null;
          // Without a prototype: a missing variable named like a member of Object has no value.
          const variables = Object.assign(Object.create(null), coerced) as Variables;
          const { written } = contextValue;
          const compileForm = (withRows: boolean) => {
            const begun = performance.now();
            const form = compileQuery(schema, { document, operation }, variables, { withRows });
            charge(contextValue.reader.viewer, performance.now() - begun);
            return form;
          };
          const compile = () => ({ compiled: compileForm(written === undefined) });
          const { conditions, compilations } = entry;
          // graphql-js reports a condition that is null.
          if (conditions.some((name) => typeof variables[name] !== 'boolean')) return null;
          const compileAgain = () => {
            const earlier = compilations.get(partnerId) ?? 0;
            if (earlier >= compilationsOfPartner) return undefined;
            compilations.set(partnerId, earlier + 1);
            return compile();
          };
          const form =
            conditions.length === 0
              ? (entry.unconditional ??= compile())
              : conditional.get(`${key} ${valuesOf(conditions, variables)}`, partnerId, compileAgain);
          if (!form?.compiled) return null;
          const { compiled } = form;
          const { query, leftOut, given } = compiled;
          const values = variablesFor(given, variables);
          if (values === null || (leftOut.length > 0 && !written)) return null;
          const result = await query(undefined, contextValue, values);
          noteRequest(contextValue, operation, result.errors ?? []);
          // graphql-js then executes the query again, and finds the error of a null that may not be. From then on, the form has rows, for
          // all partners, and is executed twice wherever it meets such a null. So it is with a list that does not write its rows.
          if (written && !keepPlaces(leftOut, result.data, written)) {
            if (form.compiled === compiled) form.compiled = compileForm(true);
            return null;
          }
          return responseOf(result, formatError, { schema, document, operation });
        },
      };
    },
  };
}

type Fields = Record<string, unknown> | null | undefined;

/** Puts into the data what keeps the places of rows that are bytes; false if rows are missing. */
function keepPlaces(leftOut: readonly LeftOut[], data: ExecutionResult['data'], written: WrittenAnswer): boolean {
  for (const { path, variants } of leftOut) {
    let connection: Fields = data;
    for (const key of path) connection = (connection && Object.hasOwn(connection, key) ? connection[key] : null) as Fields;
    if (!connection) continue;
    const variant = variants.find(({ node, rowKeys }) => rowKeys.every((rowKey) => written.placeOf(node, rowKey) !== undefined));
    if (variant) for (const rowKey of variant.rowKeys) connection[rowKey] = written.placeOf(variant.node, rowKey);
    // A list of another type at this place may not be left out: it has rows, or none are selected.
    else if (variants.some(({ rowKeys }) => rowKeys.every((rowKey) => typeof connection[rowKey] === 'string'))) return false;
  }
  return true;
}

const valuesOf = (conditions: readonly string[], variables: Variables) => conditions.map((name) => String(variables[name])).join();

function responseOf({ data, errors }: ExecutionResult, formatError: FormatError, executed: Executed): GraphQLResponse | null {
  // An error without an original comes from the executor. graphql-js then executes the query again, so that clients see its wording.
  if (errors?.some(({ originalError }) => !originalError)) return null;
  // Before they are formatted, which takes longest: hundreds of rows may have the same one.
  const kept = errors && oneOfEachNull(errors, data, executed);
  return {
    http: { headers: noHeaders },
    body: {
      kind: 'single',
      singleResult: { ...(kept && { errors: kept.map((error) => formatted(error, formatError)) }), data: data ?? null },
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
