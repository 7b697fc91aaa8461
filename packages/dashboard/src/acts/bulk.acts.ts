import type { CommunicationOwner } from '@partner-renewals/sdk';
import { act, actSelection, userErrorsSelection } from '../data/act.ts';
import { client } from '../data/client.ts';
import { list, mergeChanges, patchRows, removeCustomer } from '../data/list.store.ts';
import { refresh } from '../data/list.window.ts';
import { currentTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { sentenceOfUserError } from '../text/user-error.sentence.ts';
import { withOwner } from './association.acts.ts';
import { bulkTexts } from './bulk.texts.ts';

/** A customer that was not changed, and why. */
export type Failed = { readonly id: string; readonly name: string; readonly sentence: () => string };

/** What the API takes in one mutation, and answers with so many rows. */
const mostCustomers = 250;
const mostRows = 250;

const rowsOfAll = (customerIds: ReadonlySet<string>) => list.get().rows.filter(({ customer }) => customerIds.has(customer.id));

/** The owners that customers have now, to set them again. Null if not all of them are shown. */
export function ownersNow(customerIds: readonly string[]): ReadonlyMap<CommunicationOwner | null, readonly string[]> | null {
  const rows = new Map(list.get().rows.map((row) => [row.customer.id, row]));
  if (!customerIds.every((id) => rows.has(id))) return null;
  const before = new Map<CommunicationOwner | null, string[]>();
  for (const id of customerIds) {
    const { communicationOwner, communicationOwnerSource } = rows.get(id)!;
    const owner = communicationOwnerSource === 'MANUAL' ? communicationOwner : null;
    before.set(owner, [...(before.get(owner) ?? []), id]);
  }
  return before;
}

/** Sets the communication owner of many customers, as many at once as the API allows. Returns those that were not changed. */
export async function setOwners(
  customerIds: readonly string[],
  owner: CommunicationOwner | null,
  onProgress: (done: number) => void,
): Promise<readonly Failed[]> {
  const names = new Map(list.get().rows.map(({ customer }) => [customer.id, customer.name]));
  const failed: Failed[] = [];
  let isCut = false;
  for (let from = 0; from < customerIds.length; from += mostCustomers) {
    const ids = customerIds.slice(from, from + mostCustomers);
    const fail = (id: string, sentence: () => string) => failed.push({ id, name: names.get(id) ?? id, sentence });
    const rows = rowsOfAll(new Set(ids));
    // Each chunk waits for the one before: an error of all would hold for the next, too.
    const result = await act({
      patch: () => patchRows(new Set(rows.map(({ id }) => id)), (row) => ({ ...row, ...withOwner(owner) })),
      send: async (options) => {
        const { bulkSetCommunicationOwner: payload } = await client.mutate(
          {
            bulkSetCommunicationOwner: {
              $: { input: { customerIds: ids, owner } },
              results: { userErrors: userErrorsSelection },
              ...actSelection(),
            },
          },
          options,
        );
        return payload;
      },
    });
    if (result.kind === 'done') {
      const { results, contractChanges } = result.payload;
      isCut ||= (contractChanges?.length ?? 0) >= mostRows;
      const refused = new Set<string>();
      for (const [index, { userErrors }] of results.entries()) {
        const [error] = userErrors;
        if (!error) continue;
        const id = ids[index]!;
        refused.add(id);
        const isGone = error.code === 'NOT_FOUND';
        fail(id, () => (isGone ? currentTexts(bulkTexts).gone : sentenceOfUserError(error)));
        if (isGone) removeCustomer(id);
      }
      mergeChanges(rows.filter(({ customer }) => refused.has(customer.id)));
    } else {
      const { error } = result;
      for (const id of ids) fail(id, () => (result.kind === 'fault' ? sentenceOfFault(error) : sentenceOfUserError(result.error)));
    }
    onProgress(Math.min(from + mostCustomers, customerIds.length));
  }
  if (isCut) await refresh();
  return failed;
}
