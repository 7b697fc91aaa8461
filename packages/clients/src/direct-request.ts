import { adminToken, url } from './server-address.ts';

/** Asks the server without any client: what a client shows is compared with this answer. */
export async function ask<Data>(query: string, variables: object = {}): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: { message: string }[] };
  if (errors) throw new Error(errors.map(({ message }) => message).join(' '));
  return data;
}

/** The fields of a row that the programs change, as the lists of all clients show them. */
export type ShownRow = {
  readonly id: string;
  readonly communicationOwner: string;
  readonly status: string;
  readonly version: number;
  readonly primaryContact: { readonly id: string } | null | undefined;
  readonly newTerms: { readonly mrr: { readonly amount: string } };
};

export type Row = ShownRow & {
  type: string;
  availableActions: string[];
  customer: { id: string; name: string; association: { version: number }; users: { nodes: { id: string; isActive: boolean }[] } };
};

/** All rows of the dashboard, in its order. */
export async function allRows(): Promise<Row[]> {
  const { upcomingContractChanges } = await ask<{ upcomingContractChanges: { nodes: Row[] } }>(`{
    upcomingContractChanges(first: 100) {
      nodes {
        id type communicationOwner status version availableActions primaryContact { id } newTerms { mrr { amount } }
        customer { id name association { version } users(first: 5) { nodes { id isActive } } }
      }
    }
  }`);
  return upcomingContractChanges.nodes;
}

/** A day on which the rows of today have other statuses. */
export const laterDay = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10);

type Day = { status: string; daysUntilEffective: number };

/** Status and days of each row on a day, in the order of the dashboard. */
export async function rowsOn(asOf: string | null): Promise<Day[]> {
  const { upcomingContractChanges } = await ask<{ upcomingContractChanges: { nodes: Day[] } }>(
    'query Rows($asOf: Date) { upcomingContractChanges(first: 100, asOf: $asOf) { nodes { status daysUntilEffective } } }',
    { asOf },
  );
  return upcomingContractChanges.nodes;
}
