import type { ApolloServerPlugin } from '@apollo/server';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Config } from '../config.ts';
import type { RequestContext } from '../graphql/context.ts';
import { createBuckets } from './cost.bucket.ts';
import { measureOperation, type Measure } from './cost.measure.ts';
import { evaluate } from './cost.ts';
import { noSuchOperation, rateLimited, tooComplex, valueTooLarge } from '../graphql/errors.ts';
import { documentLimits, extentOf, valueLimits } from './limits.ts';

/** What a response tells in `extensions.cost`. */
export type ToldCost = { requested: number; limit: number; bucket: { size: number; remaining: number; restoredPerSecond: number } };

export type LimitSettings = Pick<Config, 'maxQueryCost' | 'costBucket' | 'costRestorePerSecond'>;

const tellableCost = 2 ** 31 - 1;

/** Refuses an operation that asks for too much, before anything is executed, and tells each one what it cost. */
export function createLimits({ maxQueryCost, costBucket, costRestorePerSecond }: LimitSettings): ApolloServerPlugin<RequestContext> {
  const buckets = createBuckets({ size: costBucket, restoredPerSecond: costRestorePerSecond });
  const { measureOnce } = rememberMeasures();

  return {
    async requestDidStart() {
      let told: ToldCost | undefined;
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          // Nothing will be executed: GraphQL itself refuses.
          if (!operation) return;
          const measure = measureOnce(schema, document, operation);
          if (!measure) throw noSuchOperation(operation.operation);
          checkDocument(measure);
          checkValues(measure, request.variables, operation);
          // Nothing is free, lest it be asked without end.
          const cost = Math.max(1, evaluate(measure.cost, request.variables ?? {}));
          const isOverBudget = cost > maxQueryCost;
          const { remaining, waitSeconds } = buckets.take(contextValue.reader.partnerId, isOverBudget ? 0 : cost);
          told = {
            requested: Math.min(cost, tellableCost),
            limit: maxQueryCost,
            bucket: { size: costBucket, remaining, restoredPerSecond: costRestorePerSecond },
          };
          if (isOverBudget)
            throw tooComplex(
              `This query costs ${told.requested} points, and one query may cost ${maxQueryCost}. Ask for fewer rows at once.`,
            );
          if (waitSeconds !== null) throw rateLimited(waitSeconds);
        },
        async willSendResponse({ response }) {
          if (!told || response.body.kind !== 'single') return;
          response.body.singleResult.extensions = { ...response.body.singleResult.extensions, cost: told };
        },
      };
    },
  };
}

/** Apollo keeps documents it has seen; what they measure is kept with them. */
function rememberMeasures() {
  const measures = new WeakMap<OperationDefinitionNode, Measure | null>();
  return {
    measureOnce(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Measure | null {
      let measure = measures.get(operation);
      if (measure === undefined) {
        measure = measureOperation(schema, document, operation);
        measures.set(operation, measure);
      }
      return measure;
    },
  };
}

function checkDocument({ depth, aliases, directives, rootFields }: Measure): void {
  const { depth: maxDepth, aliases: maxAliases, directives: maxDirectives, rootFields: maxRootFields } = documentLimits;
  if (depth > maxDepth) throw tooComplex(`Fields may be nested ${maxDepth} deep.`);
  if (aliases > maxAliases) throw tooComplex(`One query may have ${maxAliases} aliases, fragments counted wherever they are spread.`);
  if (rootFields > maxRootFields) throw tooComplex(`One request may ask for ${maxRootFields} fields of the root.`);
  if (directives > maxDirectives)
    throw tooComplex(`One query may have ${maxDirectives} directives, fragments counted wherever they are spread.`);
}

function checkValues(measure: Measure, variables: unknown, { operation }: OperationDefinitionNode): void {
  const given = extentOf(variables ?? {});
  if (Math.max(measure.valueDepth, given.depth) > valueLimits.depth) throw valueTooLarge(`Values may be nested ${valueLimits.depth} deep.`);
  // A mutation says so itself, to people, with the field it belongs to.
  if (operation !== 'mutation' && Math.max(measure.longestList, given.longestList) > valueLimits.listLength)
    throw valueTooLarge(`A list may have ${valueLimits.listLength} entries.`);
}
