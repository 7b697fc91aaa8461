import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { compileQuery as compileWithJit, isCompiledQuery } from 'graphql-jit';
import { measureOperation } from './cost.measure.ts';
import { JsonScalar } from '../graphql/scalars.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** A query as a function of its context and its variables, as graphql-js coerced them. */
export type CompiledQuery = (root: undefined, context: unknown, variables: Variables) => ExecutionResult | Promise<ExecutionResult>;

// What compiling costs grows with the fields, fragments spread. The dashboard with all its columns has about 60.
const maxFields = 500;

/**
 * Whether a query can be compiled, and by which variables it leaves parts of itself out; null if it cannot. Mutations and introspection are
 * left to graphql-js: they are seldom and not slow because of it.
 */
export function conditionsOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): string[] | null {
  if (operation.operation !== 'query') return null;
  const measure = measureOperation(schema, document, operation);
  if (measure === null || measure.fieldsInAll > maxFields) return null;
  const conditions = new Set<string>();
  let isCompilable = true;
  visit(document, {
    Argument({ value }) {
      // graphql-jit makes null of a variable that was not given inside a list or an object.
      if (value.kind === Kind.VARIABLE) return false;
      visit(value, { Variable: () => void (isCompilable = false) });
      return false;
    },
    Directive(directive) {
      for (const { value } of directive.arguments ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
      return false;
    },
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') isCompilable = false;
    },
    VariableDefinition: () => false,
  });
  return isCompilable ? [...conditions] : null;
}

/** Compiles a query for given values of its conditions; null where graphql-jit can't. */
export function compileQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): CompiledQuery | null {
  const chosen = { ...operation, variableDefinitions: operation.variableDefinitions?.map(passedOn) ?? [] };
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] =>
    definition === operation ? [chosen] : definition.kind === Kind.FRAGMENT_DEFINITION ? [definition] : [],
  );
  const compiled = compileWithJit(schema, withoutConditions({ ...document, definitions }, variables), operation.name?.value, {
    disableLeafSerialization: true,
    disablingCapturingStackErrors: true,
  });
  return isCompiledQuery(compiled) ? (compiled.query as CompiledQuery) : null;
}

/** graphql-jit would coerce variables by a way of its own, which knows neither @oneOf nor types that hold themselves: it gets them done. */
function passedOn({ kind, variable }: VariableDefinitionNode): VariableDefinitionNode {
  return { kind, variable, type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: JsonScalar.name } } };
}

/** graphql-jit mixes up the conditions of fields that are selected in several places: it gets a document that has none left. */
function withoutConditions(document: DocumentNode, variables: Variables): DocumentNode {
  const decide = (node: SelectionNode) => {
    if (!node.directives?.length) return undefined;
    const isSkipped = getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true;
    const isIncluded = getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
    return isSkipped || !isIncluded ? null : { ...node, directives: [] };
  };
  return visit(document, { Field: decide, FragmentSpread: decide, InlineFragment: decide });
}
