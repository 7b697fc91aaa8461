import type { Customer, CustomerBy, Mutation, Mutations, Query } from './generated/graph.types.ts';
import { selections } from './generated/operations.ts';
import { expanded, methods, mutationSelection } from './mutation.ts';
import type { MutationOptions } from './mutation.types.ts';
import { print, type DocumentNode } from './print.ts';
import { createRenewals, type Renewals } from './renewals.ts';
import { asText, writeDocument } from './selection.ts';
import type { Exact, MutationSelection, QuerySelection, Selected, Selection } from './selection.types.ts';
import { createTransport, randomId, type Answered, type CallOptions, type ClientOptions, type Operation } from './transport.ts';
import type { Whole } from './whole.types.ts';

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
  customer(by: CustomerBy, selection?: undefined, call?: CallOptions): Promise<Answered<Whole<Customer>> | null>;
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
  ): Promise<NoInfer<Result>>;
}

/** A bulk has user errors of its own, and of each of its results. */
type Payload = { readonly userErrors: readonly unknown[]; readonly results?: readonly Payload[] };

/**
 * Creates a client. It holds no connection and needs no closing.
 *
 * @example
 * const client = createClient({ url: 'https://renewals.example.com/graphql', token });
 */
export function createClient(options: ClientOptions): Client {
  const send = createTransport(options);

  const answered = async <T extends object>(operation: Operation, call?: CallOptions) => {
    const { data, meta } = await send<T>(operation, call);
    return { ...data, meta };
  };

  /** Sends a mutation with a key, which makes it safe to retry. A null key sends it once, without a key. */
  const write = <T extends object>(selection: object, kind: string, { idempotencyKey: key = randomId(), ...call }: MutationOptions = {}) =>
    answered<T>(writeDocument(selection, kind, key), key ? call : { ...call, maxRetries: 0 });

  const client: Record<string, unknown> = {
    renewals: createRenewals(send),
    async customer(by: CustomerBy, selection: object = { [asText]: expanded(selections['customer']!) }, call?: CallOptions) {
      const read = writeDocument({ customer: { $: { by }, ...selection } });
      const { customer, meta } = await answered<{ customer: object | null }>(read, call);
      return customer && { ...customer, meta };
    },
    query: async (selection: object, call?: CallOptions) => answered(writeDocument(selection), call),
    mutate: (selection: object, call?: MutationOptions) => write(selection, 'mutation', call),
    async request(
      document: TypedDocument<unknown, object> | DocumentNode,
      variables: object = {},
      { idempotencyKey: key, ...call }: MutationOptions = {},
    ) {
      // oxlint-disable-next-line typescript/no-base-to-string -- text, or a document that has its text
      const query = (document as DocumentNode).kind ? print(document as never) : document.toString();
      // Text that mentions a mutation may write.
      const isOnce = query.includes('mutation') && !key;
      const headers = key ? { 'idempotency-key': key } : undefined;
      return (await send({ query, variables, headers }, isOnce ? { ...call, maxRetries: 0 } : call)).data;
    },
  };
  for (const [name, fields] of methods()) {
    client[name] = async (input: object, call?: MutationOptions) => {
      const { [name]: payload, meta } = await write<{ [name in keyof Mutations]: Payload }>(
        ...mutationSelection(name, fields, input),
        call,
      );
      const userErrors = [payload, ...(payload.results ?? [])].flatMap((each) => each.userErrors);
      return { ...payload, ok: !userErrors[0], userErrors, meta };
    };
  }
  return client as unknown as Client;
}
