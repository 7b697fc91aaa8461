import type { Customer, CustomerBy, Mutation, Query } from './generated/graph.types.ts';
import { mutations, wholeCustomer, type Mutations, type WholeCustomer } from './generated/operations.ts';
import { mutationDocument } from './mutation.ts';
import type { MutationOptions } from './mutation.types.ts';
import { print, type DocumentNode } from './print.ts';
import { createRenewals, type Renewals } from './renewals.ts';
import { writeDocument } from './selection.ts';
import type { Exact, MutationSelection, QuerySelection, Selected, Selection } from './selection.types.ts';
import { createTransport, randomId, type Answer, type Answered, type CallOptions, type ClientOptions } from './transport.ts';

/** Text, or a parsed document with its result and variable types, as client-preset of graphql-codegen and gql.tada produce. */
export interface TypedDocument<Result, Variables> {
  /** The text of a document that is not parsed. */
  toString(): string;
  /** Exists only in types. */
  readonly __apiType?: (variables: Variables) => Result;
}

/** A client of one Partner Renewals server, for one viewer. */
export interface Client extends Mutations {
  readonly renewals: Renewals;
  /** Reads one customer by id or Hub ID; null if the viewer can see no such customer. */
  customer(by: CustomerBy, selection?: undefined, call?: CallOptions): Promise<Answered<WholeCustomer> | null>;
  /** Reads the selected fields of one customer; null if the viewer can see no such customer. */
  customer<const S extends Selection<Customer>>(
    by: CustomerBy,
    selection: S & Exact<Selection<Customer>, S>,
    call?: CallOptions,
  ): Promise<Answered<Selected<Customer, S>> | null>;
  /**
   * Reads the selected fields from any part of the graph.
   *
   * @example
   * const { viewer } = await client.query({ viewer: { role: true, partner: { name: true } } });
   */
  query<const S extends QuerySelection>(selection: S & Exact<QuerySelection, S>, call?: CallOptions): Promise<Answered<Selected<Query, S>>>;
  /** Runs any mutation with your own selection. */
  mutate<const S extends MutationSelection>(
    selection: S & Exact<MutationSelection, S>,
    options?: MutationOptions,
  ): Promise<Answered<Selected<Mutation, S>>>;
  /** Sends a document unchanged. A mutation is retried only with an `idempotencyKey`. */
  request<Result = unknown, Variables extends object = Record<string, unknown>>(
    document: TypedDocument<Result, Variables>,
    ...rest: Record<string, never> extends Variables
      ? [variables?: Variables, options?: MutationOptions]
      : [variables: Variables, options?: MutationOptions]
  ): Promise<Result>;
}

/** A bulk has user errors of its own, and of each of its results. */
type Payload = { readonly userErrors: readonly unknown[]; readonly results?: readonly Payload[] };

const customerDocument = () => `query Customer($by:CustomerBy!){customer(by:$by){${wholeCustomer}}}`;

/**
 * Creates a client. It holds no connection and needs no closing.
 *
 * @example
 * const client = createClient({ url: 'https://renewals.example.com/graphql', token });
 */
export function createClient(options: ClientOptions): Client {
  const send = createTransport(options);

  const methods = Object.fromEntries(
    (Object.keys(mutations) as (keyof Mutations)[]).map((name) => [
      name,
      async (input: object, call: MutationOptions = {}) => {
        const { data, meta } = await write<Record<string, Payload>>(mutationDocument(name), { input }, call);
        const payload = data[name]!;
        const userErrors = [payload, ...(payload.results ?? [])].flatMap((each) => each.userErrors);
        return { ...payload, ok: userErrors.length === 0, userErrors, meta };
      },
    ]),
  ) as unknown as Mutations;

  /** Sends a mutation with a key, which makes it safe to retry. A null key sends it once, without a key. */
  function write<T>(
    document: (declared: string, directive: string) => string,
    variables: object,
    { idempotencyKey: key = randomId(), ...call }: MutationOptions,
  ): Promise<Answer<T>> {
    if (key === null) return send({ query: document('', ''), variables, write: { key: undefined } }, call);
    return send({ query: document(' $key:String!', '@idempotent(key:$key)'), variables: { ...variables, key }, write: { key } }, call);
  }

  const client = {
    ...methods,
    renewals: createRenewals(send),
    async customer(by: CustomerBy, selection?: object, call?: CallOptions) {
      const operation = selection
        ? writeDocument({ customer: { $: { by }, ...selection } })
        : { query: customerDocument(), variables: { by } };
      const { data, meta } = await send<{ customer: object | null }>(operation, call);
      return data.customer && { ...data.customer, meta };
    },
    async query(selection: object, call?: CallOptions) {
      const { data, meta } = await send<object>(writeDocument(selection), call);
      return { ...data, meta };
    },
    async mutate(selection: object, call: MutationOptions = {}) {
      const { variables } = writeDocument(selection, 'mutation');
      const text = (...idempotent: string[]) => writeDocument(selection, 'mutation', ...idempotent).query;
      const { data, meta } = await write<object>(text, variables, call);
      return { ...data, meta };
    },
    async request(document: string | DocumentNode, variables: object = {}, { idempotencyKey, ...call }: MutationOptions = {}) {
      const query = typeof document === 'object' && document.kind ? print({ ...document }) : String(document);
      // A document that contains a mutation may write.
      const isWrite = /(^|[\s}])mutation\b/.test(query.replaceAll(/#.*|"""[^]*?"""|"(\\.|[^"\\])*"/g, ''));
      const key = idempotencyKey ?? undefined;
      return (await send({ query, variables, write: isWrite ? { key } : undefined, keyInHeader: true }, call)).data;
    },
  };
  return client as unknown as Client;
}
