import {
  getDirectiveValues,
  getNamedType,
  getNullableType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { compileQuery as compileWithJit, isCompiledQuery } from 'graphql-jit';
import { measureOperation } from './cost.measure.ts';
import { JsonScalar } from '../graphql/scalars.ts';
import { fragmentsOf, leaveRowsOut, operationOf, type LeftOut } from '../reading/left-out-rows.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** A query as a function of its context and of the variables that graphql-js coerced. */
export type CompiledQuery = (root: undefined, context: unknown, variables: Variables) => ExecutionResult | Promise<ExecutionResult>;

// The time to compile grows with the number of fields after expanding fragments. The dashboard with all columns has about 60.
const maxFields = 500;

/**
 * Returns the variables in @skip and @include; null if the query can't be compiled. Mutations and introspection are not compiled:
 * they are rare, and graphql-js is not what makes them slow.
 */
export function conditionsOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): string[] | null {
  if (operation.operation !== 'query') return null;
  const measure = measureOperation(schema, document, operation);
  if (measure === null || measure.totalFields > maxFields) return null;
  const conditions = new Set<string>();
  let isCompilable = true;
  visit(document, {
    Argument({ value }) {
      // Inside a list or an object, graphql-jit turns a missing variable into null.
      if (value.kind === Kind.VARIABLE) return false;
      visit(value, { Variable: () => void (isCompilable = false) });
      return false;
    },
    Directive(directive) {
      if (directive.name.value !== GraphQLSkipDirective.name && directive.name.value !== GraphQLIncludeDirective.name) return false;
      for (const { value } of directive.arguments ?? []) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
      return false;
    },
    Field({ name, alias }) {
      // In the object literals that graphql-jit writes, __proto__ is no property.
      if (name.value === '__schema' || name.value === '__type' || alias?.value === '__proto__') isCompilable = false;
    },
    VariableDefinition: () => false,
  });
  return isCompilable ? [...conditions] : null;
}

/** A compiled query, and the lists whose rows it leaves out. */
export type CompiledForm = { query: CompiledQuery; leftOut: readonly LeftOut[] };

/** Compiles a query for the given values of its conditions; null if graphql-jit can't compile it. */
export function compileQuery(
  schema: GraphQLSchema,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  variables: Variables,
  { withRows }: { withRows: boolean },
): CompiledForm | null {
  const chosen = { ...operation, variableDefinitions: operation.variableDefinitions?.map(asJsonVariable) ?? [] };
  const definitions = document.definitions.flatMap((definition): DefinitionNode[] =>
    definition === operation ? [chosen] : definition.kind === Kind.FRAGMENT_DEFINITION ? [definition] : [],
  );
  const decided = withoutConditions({ ...document, definitions }, variables);
  if (shareNames(schema, decided)) return null;
  const { document: rest, leftOut } = withRows ? { document: decided, leftOut: [] } : leaveRowsOut(schema, decided);
  const compiled = compileWithJit(schema, rest, operation.name?.value, {
    disableLeafSerialization: true,
    disablingCapturingStackErrors: true,
  });
  return isCompiledQuery(compiled) ? { query: compiled.query as CompiledQuery, leftOut } : null;
}

/**
 * Whether graphql-jit would confuse two fields: it names what it tells a resolver about its field by the keys above it, joined by "_", so
 * `{ b_a { u } a { u_b } }` has one name for two fields. Types below an interface and places in lists are parts of the name.
 */
function shareNames(schema: GraphQLSchema, document: DocumentNode): boolean {
  const fragments = fragmentsOf(document);
  const names = new Set<string>();
  const walk = (type: GraphQLObjectType, fields: ReadonlyMap<string, readonly FieldNode[]>, above: string): boolean =>
    [...fields].some(([key, group]) => {
      const name = `${key}_${above}`.replace(/idx\d+/g, 'idx');
      if (names.has(name)) return true;
      names.add(name);
      const output = type.getFields()[group[0]!.name.value]?.type;
      const below = getNamedType(output);
      if (!isCompositeType(below)) return false;
      const place = isListType(getNullableType(output)) ? `idx_${name}` : name;
      if (isObjectType(below)) return walk(below, collectSubfields(schema, fragments, {}, below, group), place);
      return schema
        .getPossibleTypes(below)
        .some((each) => walk(each, collectSubfields(schema, fragments, {}, each, group), `${each.name}_${place}`));
    });
  const query = schema.getQueryType()!;
  return walk(query, collectFields(schema, fragments, {}, query, operationOf(document).selectionSet), '');
}

/** graphql-jit's coercion of variables supports neither @oneOf nor recursive types. It gets coerced variables, declared as JSON. */
function asJsonVariable({ kind, variable }: VariableDefinitionNode): VariableDefinitionNode {
  return { kind, variable, type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: JsonScalar.name } } };
}

/** graphql-jit confuses conditions of fields that are selected in several places. This applies the conditions and removes them. */
function withoutConditions(document: DocumentNode, variables: Variables): DocumentNode {
  const decide = (node: SelectionNode) => {
    if (!node.directives?.length) return undefined;
    const isSkipped = getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true;
    const isIncluded = getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
    return isSkipped || !isIncluded ? null : { ...node, directives: [] };
  };
  return visit(document, { Field: decide, FragmentSpread: decide, InlineFragment: decide });
}
