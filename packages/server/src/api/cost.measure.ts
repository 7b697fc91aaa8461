// Long: one walk over an operation measures all that limits and prices need.
import {
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
import { defaultPageSize, maxListLength, maxPageSize } from '../graphql/connection.type.ts';
import { parseGlobalId } from '../graphql/global-id.ts';
import { atLeast, costs, sumOf, times, type Cost, type Size, type Variables } from './cost.ts';
import { extentOf, extentOfLiteral } from './limits.ts';

/** The size and the cost of an operation after expanding fragments. */
export type Measure = {
  depth: number;
  aliases: number;
  directives: number;
  rootFields: number;
  totalFields: number;
  /** Fields that take a statement of their own: for all rows of the level above together. */
  statements: number;
  longestList: number;
  longestText: number;
  valueDepth: number;
  /** List entries and other leaves of all arguments; a variable counts at each of its uses. */
  values: Cost;
  /** How long introspection blocks the event loop at most: without aliases inside, its size is that of the schema. */
  introspectionMs: number;
  introspectionAliases: number;
  /** Calls of resolvers below rows that return objects. */
  calls: Cost;
  cost: Cost;
};

/**
 * Objects by ID take a statement for each type, and a long one for each day of contract changes. The first is that of the field.
 * Contract changes that no row has, whether old or unknown, take one more.
 */
function furtherPointsOf(argumentsOf: Variables): number {
  const ids = Object.values(argumentsOf).flat();
  const keys = ids.flatMap((id) => (typeof id === 'string' ? (parseGlobalId(id) ?? []) : []));
  const types = new Set(keys.filter(({ day }) => day === null).map(({ type }) => type));
  const days = new Set(keys.flatMap(({ day }) => day ?? []));
  const statements = types.size + (types.has('ContractChange') ? 1 : 0);
  return Math.max(0, statements - 1) * costs.furtherStatement + days.size * costs.statementOfDay;
}

const viewsOf = ({ viewId }: Variables): number => (viewId == null ? 0 : 1);

/** `rootFields` has those of the queries below, and `resolvers` the fields above the next list that have one. */
type PartialMeasure = Measure & { fields: number; resolvers: number };

// Measured for the query of explorers, and for all that a query may ask about one type.
const introspectionMs = { __schema: 14, __type: 2.5 };

const emptyMeasure: PartialMeasure = {
  fields: 0,
  rootFields: 0,
  totalFields: 0,
  statements: 0,
  depth: 0,
  aliases: 0,
  directives: 0,
  longestList: 0,
  longestText: 0,
  valueDepth: 0,
  values: 0,
  introspectionMs: 0,
  introspectionAliases: 0,
  resolvers: 0,
  calls: 0,
  cost: 0,
};

/**
 * Measures an operation of a validated document. It measures each fragment once, even if it is spread many times, so no document can make
 * this slow. Returns null if the schema has no root type for the operation.
 */
export function measureOperation(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Measure | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const defaults = defaultsOf(operation);
  const ofVariables = new Map<string, Cost>();
  const ofFragments = new Map<Size | null, Map<string, PartialMeasure>>();

  const root = schema.getRootType(operation.operation);
  if (!root) return null;
  const { fields, resolvers: _, ...measure } = selectionSet(operation.selectionSet, root, null);
  return {
    ...measure,
    directives: measure.directives + (operation.directives?.length ?? 0),
    rootFields: fields + measure.rootFields,
    cost: sumOf([measure.cost, measure.statements * costs.statement, times(costs.callBelowRows, measure.calls)]),
  };

  /** In the payload of a mutation, `inputSize` is the number of entries in the mutation's input. */
  function selectionSet({ selections }: SelectionSetNode, type: GraphQLNamedType, inputSize: Size | null): PartialMeasure {
    return combine(
      selections.map((selection) => {
        const directives = selection.directives?.length ?? 0;
        if (selection.kind === Kind.FIELD) return field(selection, type, inputSize);
        if (selection.kind === Kind.FRAGMENT_SPREAD) return withDirectives(fragment(selection.name.value, inputSize), directives);
        const inner = selection.typeCondition ? schema.getType(selection.typeCondition.name.value)! : type;
        return withDirectives(selectionSet(selection.selectionSet, inner, inputSize), directives);
      }),
    );
  }

  function fragment(name: string, inputSize: Size | null): PartialMeasure {
    const measuredSoFar = ofFragments.get(inputSize) ?? new Map<string, PartialMeasure>();
    ofFragments.set(inputSize, measuredSoFar);
    const known = measuredSoFar.get(name);
    if (known) return known;
    const { typeCondition, selectionSet: selected, directives } = fragments.get(name)!;
    const measured = withDirectives(selectionSet(selected, schema.getType(typeCondition.name.value)!, inputSize), directives?.length ?? 0);
    measuredSoFar.set(name, measured);
    return measured;
  }

  function field(node: FieldNode, parent: GraphQLNamedType, inputSize: Size | null): PartialMeasure {
    const name = node.name.value;
    const definition = fieldOf(parent, name);
    const type = definition ? getNamedType(definition.type) : undefined;
    const isMutation = parent === schema.getMutationType();
    const below = node.selectionSet && type ? selectionSet(node.selectionSet, type, isMutation ? inputListSize(node) : null) : emptyMeasure;
    const values = (node.arguments ?? []).map((argument) => extentOfLiteral(argument.value));
    const isIntrospection = name === '__schema' || name === '__type';
    const rows = rowsOf(node, definition, parent, inputSize);
    // The changes in a payload are those of customers: their number has only this limit.
    const calledRows = inputSize !== null && name === 'contractChanges' ? maxListLength : rows;
    const resolvers = isIntrospection || !isResolved(definition, parent) ? 0 : 1;
    return {
      fields: 1,
      // The payload of a mutation has the queries.
      rootFields: below.rootFields + (type !== undefined && type === schema.getQueryType() ? below.fields : 0),
      totalFields: below.totalFields + 1,
      statements: below.statements + (isStatement(definition, parent) ? 1 : 0),
      // Introspection is nested deeper than any other query, and GraphQL limits it by its own rule.
      depth: isIntrospection ? 1 : below.depth + 1,
      aliases: below.aliases + (node.alias ? 1 : 0),
      directives: below.directives + (node.directives?.length ?? 0),
      longestList: Math.max(below.longestList, ...values.map((value) => value.longestList)),
      longestText: Math.max(below.longestText, ...values.map((value) => value.longestText)),
      valueDepth: Math.max(below.valueDepth, ...values.map((value) => value.depth)),
      values: sumOf([below.values, ...values.map((value) => value.values), ...values.flatMap((value) => value.variables.map(valuesOf))]),
      introspectionMs: below.introspectionMs + (isIntrospection ? introspectionMs[name] : 0),
      introspectionAliases: below.introspectionAliases + (node.alias && parent.name.startsWith('__') ? 1 : 0),
      resolvers: resolvers + (rows === 1 ? below.resolvers : 0),
      calls: isIntrospection ? 0 : rows === 1 ? below.calls : times(calledRows, sumOf([below.calls, below.resolvers])),
      cost: isIntrospection ? costs.introspection : costOf(node, definition, parent, { below: below.cost, rows }),
    };
  }

  /** Whether a field takes a statement of its own: a connection, or one of the objects that queries begin with. */
  function isStatement(definition: GraphQLField<unknown, unknown> | undefined, parent: GraphQLNamedType): boolean {
    if (!definition || !isCompositeType(getNamedType(definition.type))) return false;
    if (isConnection(getNamedType(definition.type))) return true;
    return parent === schema.getQueryType() && definition.name !== 'viewer' && !definition.name.startsWith('__');
  }

  /** The number of values of a variable. */
  function valuesOf(variable: string): Cost {
    // One formula for all uses, so that the value is measured once.
    const known = ofVariables.get(variable);
    if (known) return known;
    const given = (variables: Variables) => (Object.hasOwn(variables, variable) ? variables[variable] : defaults[variable]);
    const formula: Cost = {
      size: (variables) => (given(variables) === undefined ? 0 : extentOf({ value: given(variables) }).values),
      of: 1,
    };
    ofVariables.set(variable, formula);
    return formula;
  }

  /** Whether the schema has a resolver for a field that returns objects. Those of the root types are limited in number. */
  function isResolved(definition: GraphQLField<unknown, unknown> | undefined, parent: GraphQLNamedType): boolean {
    if (!definition?.resolve || parent === schema.getQueryType() || parent === schema.getMutationType()) return false;
    return isCompositeType(getNamedType(definition.type));
  }

  function costOf(
    node: FieldNode,
    definition: GraphQLField<unknown, unknown> | undefined,
    parent: GraphQLNamedType,
    { below, rows }: { below: Cost; rows: Size },
  ): Cost {
    const name = node.name.value;
    if (!definition || !isCompositeType(getNamedType(definition.type))) {
      const fixed = (node.alias ? costs.aliasedLeaf : 0) + (definition?.args.length ? costs.leafWithArguments : 0);
      return fixed + (parent.name === 'SavedView' && name === 'filter' ? costs.savedFilter : 0);
    }
    if (parent === schema.getMutationType()) return sumOf([costs.mutation, below]);
    const ofView = definition.args.some((argument) => argument.name === 'viewId') ? times(sizeFrom(node, viewsOf), costs.savedFilter) : 0;
    if (isConnection(getNamedType(definition.type))) return sumOf([costs.connection, ofView, times(rows, below)]);
    // The selection inside a connection counts once per row.
    if (isConnection(parent)) return name === 'nodes' ? sumOf([costs.object, below]) : below;
    const objects = sumOf([times(rows, sumOf([costs.object, below])), ofView]);
    const isNode = parent === schema.getQueryType() && getNamedType(definition.type).name === 'Node';
    return isNode ? sumOf([objects, times(sizeFrom(node, furtherPointsOf), 1)]) : objects;
  }

  /** How many objects a field returns; of a connection, how many rows. */
  function rowsOf(
    node: FieldNode,
    definition: GraphQLField<unknown, unknown> | undefined,
    parent: GraphQLNamedType,
    inputSize: Size | null,
  ): Size {
    if (!definition || !isCompositeType(getNamedType(definition.type)) || parent === schema.getMutationType()) return 1;
    if (isConnection(getNamedType(definition.type))) return pageSize(node);
    const isList = isListType(getNullableType(definition.type));
    if (!isList || isConnection(parent) || definition.name === 'userErrors') return 1;
    const size = inputSize ?? inputListSize(node) ?? costs.assumedListLength;
    // Besides the results, a payload has rows of what changed: one customer can have many.
    return inputSize === null || definition.name === 'results' ? size : atLeast(costs.assumedListLength, size);
  }

  /** `first` or `last`, limited to the range that resolvers accept. */
  function pageSize(node: FieldNode): Size {
    return sizeFrom(node, (argumentsOf) => {
      const { first, last } = argumentsOf as { first?: unknown; last?: unknown };
      const size = Math.max(...[first, last].map((value) => (typeof value === 'number' && value > 0 ? value : 0)));
      return size === 0 ? defaultPageSize : Math.min(size, maxPageSize);
    });
  }

  /** A field with a list argument returns a list of the same size. */
  function inputListSize(node: FieldNode): Size | null {
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
    const names = new Set<string>();
    for (const { value } of nodes) visit(value, { Variable: ({ name }) => void names.add(name.value) });
    if (names.size === 0) return read({});
    // Not all variables of the request: it may have thousands beside them.
    return (variables) =>
      read(Object.fromEntries([...names].map((name) => [name, Object.hasOwn(variables, name) ? variables[name] : defaults[name]])));
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

function withDirectives(part: PartialMeasure, directives: number): PartialMeasure {
  return directives === 0 ? part : { ...part, directives: part.directives + directives };
}

function combine(parts: readonly PartialMeasure[]): PartialMeasure {
  const add = (number: (part: PartialMeasure) => number) => parts.reduce((sum, part) => sum + number(part), 0);
  const most = (number: (part: PartialMeasure) => number) => parts.reduce((max, part) => Math.max(max, number(part)), 0);
  return {
    fields: add((part) => part.fields),
    rootFields: add((part) => part.rootFields),
    totalFields: add((part) => part.totalFields),
    statements: add((part) => part.statements),
    depth: most((part) => part.depth),
    aliases: add((part) => part.aliases),
    directives: add((part) => part.directives),
    longestList: most((part) => part.longestList),
    longestText: most((part) => part.longestText),
    valueDepth: most((part) => part.valueDepth),
    values: sumOf(parts.map((part) => part.values)),
    introspectionMs: add((part) => part.introspectionMs),
    introspectionAliases: add((part) => part.introspectionAliases),
    resolvers: add((part) => part.resolvers),
    calls: sumOf(parts.map((part) => part.calls)),
    cost: sumOf(parts.map((part) => part.cost)),
  };
}
