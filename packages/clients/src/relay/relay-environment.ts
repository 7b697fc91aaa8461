import assert from 'node:assert/strict';
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getRequest,
  getSingularSelector,
  Network,
  RecordSource,
  Store,
  type ConcreteRequest,
  type GraphQLResponse,
  type MutationParameters,
  type OperationType,
  type ReaderFragment,
  type Variables,
} from 'relay-runtime';
import { countedFetch } from '../counted-fetch.ts';
import { adminToken, url } from '../server-address.ts';

/** Relay's environment with the network function of its documentation. */
export function relayEnvironment(token: string = adminToken) {
  const { fetch, sent } = countedFetch();
  const network = Network.create(async ({ name, text }, variables) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ operationName: name, query: text, variables }),
    });
    return (await response.json()) as GraphQLResponse;
  });
  return { environment: new Environment({ network, store: new Store(new RecordSource()) }), sent };
}

/** Reads a fragment of shown data, as a component does. */
export function showFragment(environment: Environment, fragment: ReaderFragment, data: unknown): () => unknown {
  const selector = getSingularSelector(fragment, data);
  assert.ok(selector);
  let snapshot = environment.lookup(selector);
  environment.subscribe(snapshot, (next) => (snapshot = next));
  return () => snapshot.data;
}

/** Fetches a query, keeps its data as a component on the screen does, and returns a function that reads what is shown. */
export async function show<Query extends OperationType>(environment: Environment, query: ConcreteRequest, variables: Query['variables']) {
  const operation = createOperationDescriptor(getRequest(query), variables);
  environment.retain(operation);
  await fetchQuery<Query>(environment, query, variables).toPromise();
  let snapshot = environment.lookup(operation.fragment);
  environment.subscribe(snapshot, (next) => (snapshot = next));
  return () => {
    assert.equal(snapshot.isMissingData, false);
    return snapshot.data as Query['response'];
  };
}

/** Fetches one more page of a shown query; Relay adds it to the connection. */
export async function showMore(environment: Environment, query: ConcreteRequest, variables: Variables) {
  environment.retain(createOperationDescriptor(getRequest(query), variables));
  await fetchQuery(environment, query, variables).toPromise();
}

export async function mutate<Mutation extends MutationParameters>(
  environment: Environment,
  mutation: ConcreteRequest,
  variables: Mutation['variables'],
): Promise<Mutation['response']> {
  return await new Promise((resolve, reject) => {
    commitMutation<Mutation>(environment, {
      mutation,
      variables,
      onCompleted: (response, errors) => (errors ? reject(new Error(errors[0]!.message)) : resolve(response)),
      onError: reject,
    });
  });
}
