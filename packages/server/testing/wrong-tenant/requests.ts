// Long: one generator for the requests of the walk.
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { isApplied } from '../../src/graphql/applied-directives.ts';
import { RequiredDirective } from '../../src/graphql/required-input.ts';
import { encodeCursor } from '../../src/reading/cursor.ts';
import { globalId, parseGlobalId } from '../../src/graphql/global-id.ts';
import { partnerIds } from './canaries.ts';
import { usedKey } from './partner-rows.ts';
import { idOf, userId } from './row-parts.ts';
import { isComposite, needsArguments, selectionsOf, type Composite } from './selections.ts';
import { idsByType, owners, valuesAt, wholeValues, type Cursors, type Value } from './values.ts';
import { principals, type PrincipalName, type WalkRequest, type World } from './world.ts';

const here = 'packages/server/testing/wrong-tenant/values.ts';

export const principalsOfA = principals.filter((name) => name.endsWith('A'));

type Field = GraphQLField<unknown, unknown>;
export type Draft = Pick<WalkRequest, 'name' | 'document' | 'variables' | 'headers' | 'isMutation' | 'isRepeated' | 'reachesOthers'>;

/** Optional input on which fields of the payload depend. */
const alwaysGiven: Readonly<Record<string, Record<string, unknown>>> = {
  updatePartnerSettings: { ownsAllTransactionalConversations: true },
  muteReminders: { customerId: globalId('Customer', idOf('A', 'customer 1')) },
  unmuteReminders: { customerId: globalId('Customer', idOf('A', 'customer 1')) },
};

const depthOfQueries = 3;
const depthOfVariants = 1;

/** All drafts, sent by one principal. */
export const as = (principal: PrincipalName, drafts: readonly Draft[]): WalkRequest[] =>
  drafts.map((draft) => ({ ...draft, as: principal }));

export function mutationNames(schema: GraphQLSchema): string[] {
  return Object.keys(schema.getMutationType()?.getFields() ?? {});
}

/** Generates requests from the schema; the cursors belong to B. */
export class Generator {
  readonly faults: string[] = [];
  readonly #schema: GraphQLSchema;
  readonly #cursors: Cursors;
  readonly #selectionsOf = new Map<string, string[]>();

  constructor(schema: GraphQLSchema, cursors: Cursors) {
    this.#schema = schema;
    this.#cursors = cursors;
    for (const { name } of schema.getPossibleTypes(schema.getType('Node') as never)) {
      if (!(name in idsByType)) this.faults.push(`${name} implements Node: give idsByType in ${here} the ids that each partner has of it.`);
    }
  }

  /** Every query with all fields below it, then with each of its arguments, then with each argument of the fields below. */
  queries(): Draft[] {
    const fields = Object.values(this.#schema.getQueryType()?.getFields() ?? {});
    return [
      ...fields.flatMap((field) => [...this.#whole(field), ...this.#withArguments('Query', [], field)]),
      ...this.#nestedArguments(fields),
    ];
  }

  #whole(field: Field): Draft[] {
    if (needsArguments(field)) return [];
    return this.#selections(field, depthOfQueries).map((selection, index) =>
      draftOf(`Query.${field.name}, all below it, part ${index + 1}`, 'query', [step(field, [], selection)]),
    );
  }

  #selections(field: Field, depth: number): string[] {
    const type = getNamedType(field.type);
    return isComposite(type) ? this.#selectionsBelow(type, depth) : [''];
  }

  /** Many fields and values have the same below them. */
  #selectionsBelow(type: Composite, depth: number): string[] {
    const key = `${type.name} ${depth}`;
    const known = this.#selectionsOf.get(key) ?? selectionsOf(this.#schema, type, depth);
    this.#selectionsOf.set(key, known);
    return known;
  }

  /** One argument after another with each of its values; required arguments are always given. */
  #withArguments(parent: string, way: readonly Step[], field: Field, depth = depthOfVariants): Draft[] {
    const base = field.args.filter(isRequired).map((arg): Given => ({ arg, value: this.#argument(parent, field, arg)[0]?.value }));
    return field.args.flatMap((arg) =>
      this.#argument(parent, field, arg).flatMap(({ owner, value }) => {
        const given = [...base.filter((each) => each.arg !== arg), { arg, value }];
        const name = `${parent}.${field.name}(${arg.name}: ${JSON.stringify(value)}) of ${owner ?? 'no partner'}`;
        return this.#selectionsFor(field, value, depth).map((selection) => draftOf(name, 'query', [...way, step(field, given, selection)]));
      }),
    );
  }

  /** Below an interface, the fields of the type that the id belongs to. */
  #selectionsFor(field: Field, value: unknown, depth: number): string[] {
    const type = getNamedType(field.type);
    if (!isInterfaceType(type)) return this.#selections(field, depth);
    const types = new Set([value].flat().flatMap((id) => parseGlobalId(String(id))?.type ?? []));
    const found = [...types].flatMap((each) =>
      this.#selectionsBelow(this.#schema.getType(each) as Composite, depth + 1).map(
        (selection) => `__typename id ... on ${each} { ${selection} }`,
      ),
    );
    return found.length === 0 ? ['__typename id'] : found;
  }

  #argument(parent: string, field: Field, arg: GraphQLArgument): Value[] {
    return this.#values(arg.type, { coordinate: `${parent}.${field.name}.${arg.name}`, names: [field.name, arg.name], within: [] });
  }

  /** Arguments of fields below the root, on the shortest path to each. */
  #nestedArguments(roots: readonly Field[]): Draft[] {
    const ways = new Map<string, Step[]>();
    const queue: { type: Composite; way: Step[] }[] = [];
    const visit = (field: Field, way: Step[], parent: string) => {
      const type = getNamedType(field.type);
      if (!isObjectType(type) || ways.has(type.name)) return;
      const given = field.args.filter(isRequired).map((arg): Given => ({ arg, value: this.#argument(parent, field, arg)[0]?.value }));
      ways.set(type.name, [...way, step(field, given)]);
      queue.push({ type, way: [...way, step(field, given)] });
    };
    roots.forEach((field) => visit(field, [], 'Query'));
    const drafts: Draft[] = [];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { type, way } = next;
      for (const field of Object.values(type.getFields())) {
        drafts.push(...this.#withArguments(type.name, way, field));
        visit(field, way, type.name);
      }
    }
    return drafts;
  }

  mutations(): Draft[] {
    return Object.values(this.#schema.getMutationType()?.getFields() ?? {}).flatMap((field) => this.#mutation(field));
  }

  #mutation(field: Field): Draft[] {
    const [arg, ...further] = field.args;
    const input = getNamedType(arg?.type);
    if (arg === undefined || further.length > 0 || !isInputObjectType(input)) {
      this.faults.push(`Mutation.${field.name} does not take exactly one input: extend the generator in requests.ts.`);
      return [];
    }
    const wholes = this.#selections(field, 2);
    const brief = this.#selections(field, 1)[0] as string;
    const one = (value: unknown, what: string, more: Partial<Draft> = {}, selection = brief): Draft => ({
      ...draftOf(`Mutation.${field.name}(${JSON.stringify(value)}) ${what}`, 'mutation', [step(field, [{ arg, value }], selection)]),
      reachesOthers: JSON.stringify(value).includes(idOf('A', 'renewal shared')),
      ...more,
    });
    const fields = Object.values(input.getFields()).map((each) => ({
      name: each.name,
      isRequired: isRequired(each),
      values: [
        ...this.#values(each.type, { coordinate: `${input.name}.${each.name}`, names: [each.name], within: [input.name] }, true),
        ...nullOf(each),
      ],
    }));
    const base = {
      ...Object.fromEntries(fields.filter((each) => each.isRequired).map((each) => [each.name, each.values[0]?.value])),
      ...alwaysGiven[field.name],
    };
    const drafts = wholes.map((selection, index) => one(base, `all below it, part ${index + 1}`, {}, selection));
    for (const each of fields)
      for (const { owner, value } of each.values) drafts.push(one({ ...base, [each.name]: value }, `of ${owner ?? 'no partner'}`));
    // All ids of one owner; those of A with everything below, since A is shown what they name.
    const idFields = fields.filter((each) => each.values.some(({ owner }) => owner === 'missing'));
    for (const owner of owners) {
      const ofOwner = idFields.map((each) => [each.name, each.values.find((value) => value.owner === owner)?.value]);
      const ids = { ...base, ...Object.fromEntries(ofOwner) };
      const selections = owner === 'A' ? wholes : ofOwner.length > 1 ? [brief] : [];
      drafts.push(...selections.map((selection) => one(ids, `with ids of ${owner} alone`, {}, selection)));
    }
    // Each object of A with each choice.
    const [first] = idFields;
    for (const { value } of first?.values.filter(({ owner }) => owner === 'A') ?? []) {
      for (const each of fields) {
        if (each === first || each.values.length > 3) continue;
        for (const choice of each.values) drafts.push(one({ ...base, [first?.name ?? '']: value, [each.name]: choice.value }, 'of A'));
      }
    }
    drafts.push(one(base, 'with a key that others have used', { headers: { 'idempotency-key': usedKey } }));
    drafts.push(one(base, 'twice with a key that others have used', { headers: { 'idempotency-key': usedKey }, isRepeated: true }));
    drafts.push({
      ...drafts[0]!,
      name: `Mutation.${field.name} @idempotent(key: ${JSON.stringify(usedKey)})`,
      document: drafts[0]!.document.replace(/(\$\w+\)) \{(?= __typename)/, `$1 @idempotent(key: ${JSON.stringify(usedKey)}) {`),
    });
    return drafts;
  }

  #values(
    type: GraphQLInputType,
    at: { coordinate: string; names: readonly string[]; within: readonly string[] },
    isSparse = false,
  ): Value[] {
    const name = at.names.at(-1) as string;
    const whole = wholeValues[name];
    if (whole !== undefined) return [...whole];
    if (isNonNullType(type)) return this.#values(type.ofType, at, isSparse);
    if (isListType(type)) {
      const each = this.#values(type.ofType, at, isSparse);
      const all =
        each.length > 1 && each.some(({ owner }) => owner !== null) ? [{ owner: null, value: each.map(({ value }) => value) }] : [];
      return [...each.map(({ owner, value }) => ({ owner, value: [value] })), ...all];
    }
    if (isEnumType(type)) return type.getValues().map((value) => ({ owner: null, value: value.name }));
    if (isInputObjectType(type)) return this.#objects(type, at, isSparse);
    if (isScalarType(type) && type.name === 'Boolean') return [true, false].map((value) => ({ owner: null, value }));
    const found = valuesAt({ ...at, scalar: type.name }, this.#cursors);
    if (found !== null) return found;
    this.faults.push(`${at.coordinate} (${type.name}) has no values to try: add them in ${here}.`);
    return [];
  }

  /** One field after another with each of its values; an object inside its own type has values of other partners only. */
  #objects(type: GraphQLInputObjectType, at: { names: readonly string[]; within: readonly string[] }, isSparse: boolean): Value[] {
    const isInside = at.within.includes(type.name);
    if (at.within.filter((each) => each === type.name).length > 1) return [];
    const fields = Object.values(type.getFields()).map((field) => ({
      field,
      values: this.#values(
        field.type,
        { coordinate: `${type.name}.${field.name}`, names: [...at.names, field.name], within: [...at.within, type.name] },
        isSparse,
      ),
    }));
    const required = fields.filter(({ field }) => isRequired(field));
    const base = Object.fromEntries(required.map(({ field, values }) => [field.name, values[0]?.value]));
    const all = fields.flatMap(({ field, values }) =>
      values.map(({ owner, value }): Value => ({ owner, value: { ...base, [field.name]: value } })),
    );
    const empty: Value[] = required.length === 0 && !type.isOneOf ? [{ owner: null, value: {} }] : [];
    if (!isInside && !isSparse) return [...all, ...empty];
    return [...all.filter(({ owner }) => owner === 'B').slice(0, 2), ...all.filter(({ owner }) => owner === null).slice(0, 1)];
  }
}

type Given = { arg: GraphQLArgument; value: unknown };
type Step = { field: string; given: readonly Given[]; selection: string };

type InputField = { type: GraphQLInputType; defaultValue?: unknown; extensions: object };

const isRequired = (field: InputField) =>
  (isNonNullType(field.type) && field.defaultValue === undefined) || isApplied(RequiredDirective, field);

/** Null erases something in fields that are required and nullable. */
const nullOf = (field: InputField): Value[] => (isApplied(RequiredDirective, field) ? [{ owner: null, value: null }] : []);

const step = (field: Field, given: readonly Given[], selection = ''): Step => ({ field: field.name, given, selection });

function draftOf(name: string, kind: 'query' | 'mutation', way: readonly Step[]): Draft {
  const definitions: string[] = [];
  const variables: Record<string, unknown> = {};
  const steps = way.map(({ field, given }) => {
    const args = given.map(({ arg, value }) => {
      const variable = `v${definitions.length}`;
      definitions.push(`$${variable}: ${String(arg.type)}`);
      variables[variable] = value;
      return `${arg.name}: $${variable}`;
    });
    return args.length === 0 ? field : `${field}(${args.join(', ')})`;
  });
  const last = way.at(-1)?.selection ?? '';
  const body = steps.reduceRight((inner, each) => (inner === '' ? each : `${each} { ${inner} }`), last);
  return {
    name,
    document: `${kind} Walk${definitions.length > 0 ? `(${definitions.join(', ')})` : ''} { ${body} }`,
    variables,
    isMutation: kind === 'mutation',
  };
}

/** B's cursors by the field of their connection, and the same positions with A's tag, which is not secret. */
export async function cursorsOfB(world: World, drafts: readonly Draft[]): Promise<Cursors> {
  const found = new Map<string, Set<string>>();
  for (const request of as('ADMIN user of B', drafts)) {
    const { body } = await world.send(request);
    collectCursors((JSON.parse(body) as { data?: unknown }).data, '', found);
  }
  return new Map(
    [...found].map(([field, cursors]) => {
      const few = [...cursors].slice(0, 3);
      return [field, [...few, ...few.map(asIfOfA)]];
    }),
  );
}

function asIfOfA(cursor: string): string {
  const [order, keys, id] = JSON.parse(Buffer.from(cursor.split('.')[0] ?? '', 'base64url').toString()) as [string, string[], string];
  return encodeCursor(partnerIds.A, order, { keys, id });
}

function collectCursors(value: unknown, field: string, found: Map<string, Set<string>>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    if (/cursor$/i.test(name) && typeof inner === 'string') found.set(field, (found.get(field) ?? new Set()).add(inner));
    else collectCursors(inner, Array.isArray(value) || ['edges', 'node', 'nodes', 'pageInfo'].includes(name) ? field : name, found);
  }
}

/** A partner keeps one administrator: those of other partners must not count. */
export function lastAdministrators(drafts: readonly Draft[]): WalkRequest[] {
  const ofAdmin = drafts.filter(
    ({ name, variables }) => /^Mutation\.(set|remove)PartnerUser/.test(name) && JSON.stringify(variables).includes(userId('ADMIN')),
  );
  const demote = `update partner_user set role = 'VIEWER' where partner_id = '${partnerIds.A}' and id <> '${userId('ADMIN')}'`;
  const revoke = `delete from api_key where partner_id = '${partnerIds.A}' and partner_user_id is null and role = 'ADMIN'`;
  return as('ADMIN user of A', ofAdmin).flatMap((request) => [
    { ...request, name: `${request.name}, the last administrator`, prepare: `${revoke}; ${demote}` },
    { ...request, name: `${request.name}, beside a key`, prepare: demote },
  ]);
}

/** The point of contact is one that A has removed, and that the others still have: administrators get the reminders. */
export function removedContact(drafts: readonly Draft[]): WalkRequest[] {
  const prepare = `
    update partner set point_of_contact_id = '${userId('MANAGER')}' where id = '${partnerIds.A}';
    update partner_user set removed_at = '2021-05-01' where partner_id = '${partnerIds.A}' and id = '${userId('MANAGER')}'`;
  const viewers = drafts.filter(({ name }) => name.startsWith('Query.viewer, all below it'));
  return (['VIEWER user of A', 'ADMIN user of A'] as const).flatMap((principal) =>
    as(principal, viewers).map((request) => ({ ...request, name: `${request.name}, without a point of contact`, prepare })),
  );
}

/** A query with a header that names another partner, or a missing one. */
export function namingOthers(drafts: readonly Draft[]): WalkRequest[] {
  const viewer = drafts.find(({ name }) => name.startsWith('Query.viewer')) as Draft;
  return principalsOfA.flatMap((principal) =>
    // An operator may name every existing partner.
    [...(principal.startsWith('OPERATOR') ? [] : [partnerIds.B, partnerIds.C]), idOf('A', 'missing partner')].map((id) => ({
      ...{ ...viewer, name: `${viewer.name}, naming partner ${id}`, as: principal },
      headers: { 'x-partner-id': globalId('Partner', id) },
    })),
  );
}

/** Each status on each other day: other statements read the decisions there. */
export function statusesOnOtherDays(drafts: readonly Draft[]): Draft[] {
  const argument = (name: string) => drafts.filter((draft) => new RegExp(`^Query\\.upcoming\\w+\\(${name}`).test(draft.name));
  const onDays = argument('asOf:');
  const statuses = argument('filter: {"status":\\{"eq"').map(({ variables }) => variables?.['v0']);
  return onDays.flatMap((draft) =>
    [...new Set(statuses.map((filter) => JSON.stringify(filter)))].map((filter) => ({
      ...{ ...draft, name: `${draft.name} with ${filter}` },
      document: draft.document
        .replace('query Walk(', 'query Walk($filter: ContractChangeFilter, ')
        .replace('(asOf:', '(filter: $filter, asOf:'),
      variables: { ...draft.variables, filter: JSON.parse(filter) as unknown },
    })),
  );
}

/** Pages of B in every order, continued as A. */
export async function orderedPages(world: World, drafts: readonly Draft[]): Promise<Draft[]> {
  const ordered = drafts.filter(({ name }) => /^Query\.\w+\(orderBy:/.test(name));
  const pages: Draft[] = [];
  for (const each of ordered) {
    const found = new Map<string, Set<string>>();
    const { body } = await world.send({ ...each, as: 'ADMIN user of B' });
    collectCursors((JSON.parse(body) as { data?: unknown }).data, '', found);
    const field = /^Query\.(\w+)/.exec(each.name)?.[1] ?? '';
    for (const cursor of [...(found.get(field) ?? [])].slice(0, 1)) {
      for (const after of [cursor, asIfOfA(cursor)]) {
        pages.push({
          ...each,
          name: `${each.name} after a cursor of B`,
          document: each.document.replace('query Walk(', 'query Walk($after: String, ').replace(`${field}(`, `${field}(after: $after, `),
          variables: { ...each.variables, after },
        });
      }
    }
  }
  return pages;
}
