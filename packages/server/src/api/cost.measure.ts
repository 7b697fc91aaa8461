import {
  BREAK,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  valueFromASTUntyped,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { defaultPageSize, maxPageSize } from '../graphql/connection.type.ts';
import { costs, sumOf, times, type Cost, type Size, type Variables } from './cost.ts';
import { extentOfLiteral } from './limits.ts';

/** What an operation, its fragments spread, asks for. */
export type Measure = {
  depth: number;
  aliases: number;
  directives: number;
  rootFields: number;
  fieldsInAll: number;
  longestList: number;
  valueDepth: number;
  cost: Cost;
};

type Sized = Omit<Measure, 'rootFields'> & { fields: number };

const nothing: Sized = { fields: 0, fieldsInAll: 0, depth: 0, aliases: 0, directives: 0, longestList: 0, valueDepth: 0, cost: 0 };

/**
 * Measures an operation of a validated document, each fragment once, however often it is spread: a document can't make this slow.
 * null for an operation that the schema has no root for.
 */
export function measureOperation(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Measure | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const defaults = defaultsOf(operation);
  const ofFragments = new Map<Size | null, Map<string, Sized>>();

  const root = schema.getRootType(operation.operation);
  if (!root) return null;
  const { fields, ...measure } = selectionSet(operation.selectionSet, root, null);
  return { ...measure, directives: measure.directives + (operation.directives?.length ?? 0), rootFields: fields };

  /** `givenSize` is the number of entries in the input of the mutation whose payload this is. */
  function selectionSet({ selections }: SelectionSetNode, type: GraphQLNamedType, givenSize: Size | null): Sized {
    return together(
      selections.map((selection) => {
        const directives = selection.directives?.length ?? 0;
        if (selection.kind === Kind.FIELD) return field(selection, type, givenSize);
        if (selection.kind === Kind.FRAGMENT_SPREAD) return withDirectives(fragment(selection.name.value, givenSize), directives);
        const inner = selection.typeCondition ? schema.getType(selection.typeCondition.name.value)! : type;
        return withDirectives(selectionSet(selection.selectionSet, inner, givenSize), directives);
      }),
    );
  }

  function fragment(name: string, givenSize: Size | null): Sized {
    const measuredSoFar = ofFragments.get(givenSize) ?? new Map<string, Sized>();
    ofFragments.set(givenSize, measuredSoFar);
    const known = measuredSoFar.get(name);
    if (known) return known;
    const { typeCondition, selectionSet: selected, directives } = fragments.get(name)!;
    const measured = withDirectives(selectionSet(selected, schema.getType(typeCondition.name.value)!, givenSize), directives?.length ?? 0);
    measuredSoFar.set(name, measured);
    return measured;
  }

  function field(node: FieldNode, parent: GraphQLNamedType, givenSize: Size | null): Sized {
    const name = node.name.value;
    const definition = fieldOf(parent, name);
    const type = definition ? getNamedType(definition.type) : undefined;
    const isMutation = parent === schema.getMutationType();
    const below = node.selectionSet && type ? selectionSet(node.selectionSet, type, isMutation ? entriesGiven(node) : null) : nothing;
    const values = (node.arguments ?? []).map((argument) => extentOfLiteral(argument.value));
    const isIntrospection = name === '__schema' || name === '__type';
    return {
      fields: 1,
      fieldsInAll: below.fieldsInAll + 1,
      // Introspection is nested deeper than any other query; GraphQL bounds it by a rule of its own.
      depth: isIntrospection ? 1 : below.depth + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      directives: below.directives + (node.directives?.length ?? 0),
      longestList: Math.max(below.longestList, ...values.map((value) => value.longestList)),
      valueDepth: Math.max(below.valueDepth, ...values.map((value) => value.depth)),
      cost: isIntrospection ? costs.introspection : costOf(node, definition, parent, below.cost, givenSize),
    };
  }

  function costOf(
    node: FieldNode,
    definition: GraphQLField<unknown, unknown> | undefined,
    parent: GraphQLNamedType,
    below: Cost,
    givenSize: Size | null,
  ): Cost {
    if (!definition || !isCompositeType(getNamedType(definition.type))) return 0;
    const name = node.name.value;
    if (parent === schema.getMutationType()) return sumOf([costs.mutation, below]);
    if (isConnection(getNamedType(definition.type))) return sumOf([costs.connection, times(pageSize(node), below)]);
    // What is selected of a connection is counted once a row.
    if (isConnection(parent)) return name === 'nodes' ? sumOf([costs.object, below]) : below;
    const one = sumOf([costs.object, below]);
    if (name === 'userErrors') return one;
    if (!isListType(getNullableType(definition.type))) return one;
    return times(givenSize ?? entriesGiven(node) ?? costs.assumedListLength, one);
  }

  /** `first` or `last`, within what a resolver takes: with anything else it refuses. */
  function pageSize(node: FieldNode): Size {
    return sizeFrom(node, (argumentsOf) => {
      const { first, last } = argumentsOf as { first?: unknown; last?: unknown };
      const size = Math.max(...[first, last].map((value) => (typeof value === 'number' && value > 0 ? value : 0)));
      return size === 0 ? defaultPageSize : Math.min(size, maxPageSize);
    });
  }

  /** A field that is given a list of things answers a list of as many. */
  function entriesGiven(node: FieldNode): Size | null {
    if (!node.arguments?.length) return null;
    return sizeFrom(node, (argumentsOf) => {
      const values = Object.values(argumentsOf);
      const lists = [...values, ...values.flatMap((value) => (isObject(value) ? Object.values(value) : []))].filter(Array.isArray);
      return lists.length === 0 ? costs.assumedListLength : Math.max(...lists.map((list) => list.length));
    });
  }

  function sizeFrom(node: FieldNode, sizeOf: (argumentsOf: Variables) => number): Size {
    const nodes = node.arguments ?? [];
    const read = (variables: Variables) =>
      sizeOf(
        Object.fromEntries(nodes.map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables as Record<string, unknown>)])),
      );
    let usesVariables = false;
    for (const { value } of nodes) {
      visit(value, {
        Variable: () => {
          usesVariables = true;
          return BREAK;
        },
      });
    }
    return usesVariables ? (variables) => read({ ...defaults, ...variables }) : read({});
  }

  function fieldOf(parent: GraphQLNamedType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (parent === schema.getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    }
    return 'getFields' in parent ? (parent.getFields()[name] as GraphQLField<unknown, unknown> | undefined) : undefined;
  }
}

function defaultsOf({ variableDefinitions }: OperationDefinitionNode): Variables {
  return Object.fromEntries(
    (variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );
}

function isConnection(type: GraphQLNamedType): boolean {
  return isObjectType(type) && type.name.endsWith('Connection') && 'pageInfo' in type.getFields();
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withDirectives(sized: Sized, directives: number): Sized {
  return directives === 0 ? sized : { ...sized, directives: sized.directives + directives };
}

function together(parts: readonly Sized[]): Sized {
  const add = (number: (part: Sized) => number) => parts.reduce((sum, part) => sum + number(part), 0);
  const most = (number: (part: Sized) => number) => parts.reduce((max, part) => Math.max(max, number(part)), 0);
  return {
    fields: add((part) => part.fields),
    fieldsInAll: add((part) => part.fieldsInAll),
    depth: most((part) => part.depth),
    aliases: add((part) => part.aliases),
    directives: add((part) => part.directives),
    longestList: most((part) => part.longestList),
    valueDepth: most((part) => part.valueDepth),
    cost: sumOf(parts.map((part) => part.cost)),
  };
}
