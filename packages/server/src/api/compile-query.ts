import {
  getDirectiveValues,
  getNamedType,
  getNullableType,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  separateOperations,
  TypeInfo,
  valueFromAST,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type ValueNode,
  type VariableDefinitionNode,
  type VariableNode,
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
  visit(withoutOthers(document, operation), {
    Argument: () => false,
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

/** The operation and its fragments. */
const withoutOthers = (document: DocumentNode, { name }: OperationDefinitionNode): DocumentNode =>
  separateOperations(document)[name?.value ?? '']!;

/** A compiled query, the lists whose rows it leaves out, and the arguments that it takes as further variables. */
export type CompiledForm = { query: CompiledQuery; leftOut: readonly LeftOut[]; given: readonly Given[] };

/** The value of an argument, which may have variables inside, and the name of the variable in its place. */
type Given = { name: string; value: ValueNode; type: GraphQLInputType };

/** Compiles a query for the given values of its conditions; null if graphql-jit can't compile it. */
export function compileQuery(
  schema: GraphQLSchema,
  { document, operation }: { document: DocumentNode; operation: OperationDefinitionNode },
  variables: Variables,
  { withRows }: { withRows: boolean },
): CompiledForm | null {
  const decided = withoutConditions(withoutOthers(document, operation), variables);
  if (shareNames(schema, decided)) return null;
  const { document: safe, given } = withoutLiterals(schema, decided);
  const { document: rest, leftOut } = withRows ? { document: safe, leftOut: [] } : leaveRowsOut(schema, safe);
  const compiled = compileWithJit(schema, rest, operation.name?.value, {
    disableLeafSerialization: true,
    disablingCapturingStackErrors: true,
  });
  return isCompiledQuery(compiled) ? { query: compiled.query as CompiledQuery, leftOut, given } : null;
}

/** The variables of a compiled query; null if graphql-js has to tell why the value of an argument is none. */
export function variablesFor(given: readonly Given[], variables: Variables): Variables | null {
  if (given.length === 0) return variables;
  const all: Record<string, unknown> = Object.assign(Object.create(null), variables);
  for (const { name, value, type } of given) {
    all[name] = valueFromAST(value, type, variables);
    if (all[name] === undefined) return null;
  }
  return all;
}

/**
 * Puts variables in the place of values of arguments: graphql-jit writes such values into its source text, where it turns a text that looks
 * like a date of its own into code, and it takes a missing variable inside of them as null. So of a client's document, only names become source
 * text. Its coercion of variables supports neither @oneOf nor recursive types: it gets coerced ones, declared as JSON.
 */
function withoutLiterals(schema: GraphQLSchema, document: DocumentNode): { document: DocumentNode; given: Given[] } {
  const operation = operationOf(document);
  const declared = operation.variableDefinitions?.map(({ variable }) => variable) ?? [];
  let prefix = 'given';
  while (declared.some(({ name }) => name.value.startsWith(prefix))) prefix += '_';
  const given: Given[] = [];
  const types = new TypeInfo(schema);
  const { definitions } = visit(
    document,
    visitWithTypeInfo(types, {
      Argument(node) {
        if (node.value.kind === Kind.VARIABLE) return undefined;
        const name = `${prefix}${given.length}`;
        given.push({ name, value: node.value, type: types.getInputType()! });
        return { ...node, value: variableNamed(name) };
      },
    }),
  );
  const variableDefinitions = [...declared, ...given.map(({ name }) => variableNamed(name))].map(asJsonVariable);
  const declaring = definitions.map((each) => (each.kind === Kind.OPERATION_DEFINITION ? { ...each, variableDefinitions } : each));
  return { document: { ...document, definitions: declaring }, given };
}

const variableNamed = (name: string): VariableNode => ({ kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } });

const asJsonVariable = (variable: VariableNode): VariableDefinitionNode => ({
  ...{ kind: Kind.VARIABLE_DEFINITION, variable, type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: JsonScalar.name } } },
});

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
      const { resolve, type: output } = type.getFields()[group[0]!.name.value] ?? {};
      const below = getNamedType(output);
      const place = isListType(getNullableType(output)) ? `idx_${name}` : name;
      // It is told about a field with a resolver, and about an interface, also as the type of a list's entries.
      const told = new Set([...(resolve === undefined ? [] : [name]), ...(isAbstractType(below) ? [place] : [])]);
      for (const each of told) if (names.size === names.add(each).size) return true;
      if (!isCompositeType(below)) return false;
      if (isObjectType(below)) return walk(below, collectSubfields(schema, fragments, {}, below, group), place);
      return schema
        .getPossibleTypes(below)
        .some((each) => walk(each, collectSubfields(schema, fragments, {}, each, group), `${each.name}_${place}`));
    });
  const query = schema.getQueryType()!;
  return walk(query, collectFields(schema, fragments, {}, query, operationOf(document).selectionSet), '');
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
