import type { ApolloServerPlugin } from '@apollo/server';
import { getVariableValues, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { payerOf } from '../access/viewer.ts';
import type { Config } from '../config.ts';
import type { RequestContext } from '../graphql/context.ts';
import type { Buckets } from './cost.bucket.ts';
import { measureOperation, type Measure } from './cost.measure.ts';
import { evaluate } from './cost.ts';
import { noSuchOperation, rateLimited, tooComplex, valueTooLarge } from '../graphql/errors.ts';
import { documentLimits, extentOf, valueLimits } from './limits.ts';

/** The value of `extensions.cost` in a response. */
export type ReportedCost = { requested: number; limit: number; bucket: { size: number; remaining: number; restoredPerSecond: number } };

export type LimitSettings = Pick<Config, 'maxQueryCost' | 'costBucket' | 'costRestorePerSecond'>;

// A point stands for about 10 µs: the time to read as many values, to coerce them, to bind them to a statement, and to compare with them.
const valuesPerPoint = 3;
const freeValues = 10;

// graphql-js repeats an invalid variable in each of up to 50 errors.
const freeCharacters = 10_000;
const maxMessage = 1_000;

const maxReportedCost = 2 ** 31 - 1;

/** Refuses operations over the limits before they execute, and reports the cost of every operation. */
export function createLimits(
  { maxQueryCost, costBucket, costRestorePerSecond }: LimitSettings,
  buckets: Buckets,
): ApolloServerPlugin<RequestContext> {
  const measureOf = createMeasureCache();

  return {
    async requestDidStart() {
      let reported: ReportedCost | undefined;
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          // There is no such operation; GraphQL reports the error.
          if (!operation) return;
          const measure = measureOf(schema, document, operation);
          if (!measure) throw noSuchOperation(operation.operation);
          checkDocument(measure);
          const { used, read } = checkValues(measure, request.variables ?? {}, { schema, operation });
          // Every operation costs at least one point, so that none can be sent without limit.
          const cost =
            Math.max(1, evaluate(measure.cost, request.variables ?? {})) + Math.floor(Math.max(0, used - freeValues) / valuesPerPoint);
          const isOverBudget = cost > maxQueryCost;
          const due = isOverBudget ? 0 : Math.max(0, cost - contextValue.payment.points);
          const { remaining, waitSeconds } = buckets.take(payerOf(contextValue.reader.viewer), due);
          if (waitSeconds === null) contextValue.payment.points += due;
          reported = {
            requested: Math.min(cost, maxReportedCost),
            limit: maxQueryCost,
            bucket: { size: costBucket, remaining, restoredPerSecond: costRestorePerSecond },
          };
          if (isOverBudget)
            throw tooComplex(`The query costs ${reported.requested} points; the limit is ${maxQueryCost}. Request fewer rows at once.`);
          if (waitSeconds !== null) throw rateLimited(waitSeconds);
          contextValue.payment.values = read;
          contextValue.payment.calls = evaluate(measure.calls, request.variables ?? {});
          contextValue.payment.introspectionMs = measure.introspectionMs;
        },
        async willSendResponse({ response }) {
          if (!reported || response.body.kind !== 'single') return;
          response.body.singleResult.extensions = { ...response.body.singleResult.extensions, cost: reported };
        },
      };
    },
  };
}

/** Caches measures for as long as Apollo caches the documents. */
function createMeasureCache() {
  const measures = new WeakMap<OperationDefinitionNode, Measure | null>();
  return (schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Measure | null => {
    let measure = measures.get(operation);
    if (measure === undefined) {
      measure = measureOperation(schema, document, operation);
      measures.set(operation, measure);
    }
    return measure;
  };
}

function checkDocument({ depth, aliases, directives, rootFields, introspectionMs, introspectionAliases }: Measure): void {
  const { depth: maxDepth, aliases: maxAliases, directives: maxDirectives, rootFields: maxRootFields } = documentLimits;
  if (depth > maxDepth) throw tooComplex(`Fields can be nested at most ${maxDepth} levels deep.`);
  if (aliases > maxAliases) throw tooComplex(`A query can have at most ${maxAliases} aliases, counted after expanding fragments.`);
  if (rootFields > maxRootFields) throw tooComplex(`A request can select at most ${maxRootFields} root fields.`);
  if (directives > maxDirectives)
    throw tooComplex(`A query can have at most ${maxDirectives} directives, counted after expanding fragments.`);
  if (introspectionMs > documentLimits.introspectionMs) throw tooComplex('A query can ask for 2 schemas or 12 types at most.');
  if (introspectionAliases > 0) throw tooComplex('Fields of the schema cannot have aliases.');
}

/** Returns the number of values that the arguments use, and of those that are read: variables may be unused. */
function checkValues(
  measure: Measure,
  variables: Record<string, unknown>,
  { schema, operation: { operation, variableDefinitions = [] } }: { schema: GraphQLSchema; operation: OperationDefinitionNode },
): { used: number; read: number } {
  const given = extentOf(variables);
  if (Math.max(measure.valueDepth, given.depth) > valueLimits.depth)
    throw valueTooLarge(`Values can be nested at most ${valueLimits.depth} levels deep.`);
  if (given.longestKey > valueLimits.keyLength)
    throw valueTooLarge(`A name in the variables can have at most ${valueLimits.keyLength} characters.`);
  // Mutations check this themselves and return a user error that names the field.
  if (operation !== 'mutation' && Math.max(measure.longestList, given.longestList) > valueLimits.listLength)
    throw valueTooLarge(`A list can have at most ${valueLimits.listLength} entries.`);
  // The user errors of mutations name this field, too.
  if (operation !== 'mutation' && Math.max(measure.longestText, given.longestText) > valueLimits.textLength)
    throw valueTooLarge(`A text can have at most ${valueLimits.textLength} characters.`);
  const values = given.values > valueLimits.values ? given.values : evaluate(measure.values, variables);
  if (values > valueLimits.values)
    throw valueTooLarge(
      `A request can have at most ${valueLimits.values} values in all. A variable counts at each use, and a text for each 100 characters.`,
    );
  // Mutations check this themselves, too: their user error names the field.
  if (operation !== 'mutation' && !given.isWellFormed)
    throw valueTooLarge('A text in the variables has half of a surrogate pair, which is no character.');
  if (given.characters > freeCharacters) {
    const { errors } = getVariableValues(schema, variableDefinitions, variables, { maxErrors: 1 });
    if (errors) throw valueTooLarge(shortened(errors[0]!.message));
  }
  return { used: values, read: Math.max(values, given.values + given.objects) };
}

const shortened = (message: string) => (message.length > maxMessage ? `${message.slice(0, maxMessage)} …` : message);
