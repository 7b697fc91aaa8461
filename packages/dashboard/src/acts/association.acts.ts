import type { CommunicationOwner } from '@partner-renewals/sdk';
import { act, actSelection } from '../data/act.ts';
import { client } from '../data/client.ts';
import { list, removeCustomer } from '../data/list.store.ts';
import { refresh } from '../data/list.window.ts';
import type { Row } from '../data/row.selection.ts';
import { currentTexts } from '../text/language.ts';
import { currentLabel } from '../text/labels.ts';
import { actsTexts } from './acts.texts.ts';
import { showAtOnce } from './at-once.ts';
import { expectedVersion, noteVersion } from './expected.ts';
import { focusRow } from './focus-row.ts';
import { rowsOf, settle } from './outcome.ts';

/** A customer and its association, as a row or the drawer shows them. */
export type Account = {
  readonly id: string;
  readonly name: string;
  readonly association: { readonly version: number };
};
export type Contact = { readonly id: string; readonly name: string; readonly email: string };

const ownerLabel = (owner: CommunicationOwner | null): string =>
  owner === null ? currentTexts(actsTexts).theDefault : currentLabel('communicationOwner', owner);

/** The owner that was set by hand; null if the default holds. */
const byHand = (now: Pick<Row, 'communicationOwner' | 'communicationOwnerSource'>): CommunicationOwner | null =>
  now.communicationOwnerSource === 'MANUAL' ? now.communicationOwner : null;

/** How a row shows until the API answers. Only the API knows the default; other rows show it as a rule. */
export function withOwner(owner: CommunicationOwner | null): Partial<Row> {
  const other = list.get().rows.find(({ communicationOwnerSource }) => communicationOwnerSource !== 'MANUAL');
  const shown = owner
    ? ({ communicationOwner: owner, communicationOwnerSource: 'MANUAL' } as const)
    : {
        communicationOwner: other?.communicationOwner ?? 'VENDOR',
        communicationOwnerSource: other?.communicationOwnerSource ?? 'VENDOR_DEFAULT',
      };
  // What can be done follows from the owner, and only the API knows it.
  return { ...shown, availableActions: [], nextCancellableRenewalDate: null };
}

/** Makes the vendor or the partner the communication owner of a customer; null restores the default. `before` is what undoing sets. */
export function setOwner(account: Account, owner: CommunicationOwner | null, before: CommunicationOwner | null): void {
  const { id: customerId, name, association } = account;
  const result = act({
    patch: () => showAtOnce({ customerId, fields: withOwner(owner) }),
    send: async (options) => {
      const version = expectedVersion(customerId, association.version);
      const input = { customerId, owner, expectedVersion: version };
      const { setCommunicationOwner: payload } = await client.mutate(
        { setCommunicationOwner: { $: { input }, association: { version: true }, ...actSelection() } },
        options,
      );
      noteVersion(customerId, version, payload.association?.version);
      return payload;
    },
  });
  void settle(result, {
    place: `owner:${customerId}`,
    customer: account,
    done: () => currentTexts(actsTexts).ownerDone(name, ownerLabel(owner)),
    chosen: () => ownerLabel(owner),
    isSo: ({ association: { communicationOwner, communicationOwnerSource: source } }) =>
      owner ? communicationOwner === owner && source === 'MANUAL' : source !== 'MANUAL',
    now: ({ association: now }) =>
      `${ownerLabel(now.communicationOwner)} (${currentTexts(actsTexts).source[now.communicationOwnerSource]})`,
    onNow: ({ association: now }) => setOwner({ ...account, association: now }, owner, byHand(now)),
    undo: () => () => setOwner(account, before, owner),
  });
}

/** Chooses the primary contact of a customer; null for none. */
export function setContact(account: Account, contact: Contact | null): void {
  const { id: customerId, name, association } = account;
  const before = list.get().rows.find(({ customer }) => customer.id === customerId)?.primaryContact;
  const result = act({
    patch: () => showAtOnce({ customerId, fields: { primaryContact: contact } }),
    send: async (options) => {
      const version = expectedVersion(customerId, association.version);
      const input = { customerId, contactId: contact?.id ?? null, expectedVersion: version };
      const { setPrimaryContact: payload } = await client.mutate(
        { setPrimaryContact: { $: { input }, association: { version: true }, ...actSelection() } },
        options,
      );
      noteVersion(customerId, version, payload.association?.version);
      return payload;
    },
  });
  const none = () => currentTexts(actsTexts).noContact;
  void settle(result, {
    place: `contact:${customerId}`,
    customer: account,
    done: () => currentTexts(actsTexts).contactDone(name, contact?.name ?? null),
    chosen: () => contact?.name ?? none(),
    isSo: ({ association: { primaryContact } }) => primaryContact?.id === contact?.id,
    now: ({ association: now }) => now.primaryContact?.name ?? none(),
    onNow: (now) => setContact({ ...account, association: now.association }, contact),
    undo: () => (before === undefined ? undefined : () => setContact(account, before)),
  });
}

/** What an association had, so that undoing its end brings it back. */
type Kept = { readonly owner: CommunicationOwner | null; readonly contactId: string | null };

/** Ends the association with a customer. `mayResume` offers to undo it. */
export async function endAssociation(account: Account, mayResume: boolean): Promise<boolean> {
  const { id: customerId, name } = account;
  const row = list.get().rows.find(({ customer }) => customer.id === customerId);
  const kept: Kept = {
    owner: row ? byHand(row) : null,
    contactId: row?.primaryContact?.id ?? null,
  };
  let putBack = () => {};
  const result = act({
    patch: () => (putBack = removeCustomer(customerId)),
    send: async (options) => {
      const { contractChanges: _, ...selection } = actSelection();
      const { endAssociation: payload } = await client.mutate(
        { endAssociation: { $: { input: { customerId } }, removedCustomerId: true, removedContractChangeIds: true, ...selection } },
        options,
      );
      return payload;
    },
  });
  return await settle(result, {
    place: `end:${customerId}`,
    customer: account,
    done: () => currentTexts(actsTexts).ended(name),
    chosen: () => currentTexts(actsTexts).endAssociation,
    isSo: () => false,
    now: () => name,
    onNow: () => void endAssociation(account, mayResume),
    undo: () => (mayResume ? () => resumeAt(account, kept, putBack) : undefined),
  });
}

/** Resumes it, and puts the focus on what came back. */
function resumeAt(account: Account, kept: Kept, putBack: () => void): void {
  resume(account, kept, putBack);
  requestAnimationFrame(() => focusRow(rowsOf(account.id)));
}

/** Resumes an association that was ended by mistake, with the owner and the contact that it had: one request. */
function resume(account: Account, { owner, contactId }: Kept, putBack: () => void): void {
  const { id: customerId, name } = account;
  const result = act({
    areNew: true,
    patch: () => {
      putBack();
      return () => void removeCustomer(customerId);
    },
    send: async (options) => {
      const { contractChanges, query, userErrors } = actSelection();
      const done = { contractChanges, query, userErrors };
      const answer = await client.mutate(
        {
          resumeAssociation: { $: { input: { customerId } }, userErrors, ...(!owner && !contactId && done) },
          ...(owner && { setCommunicationOwner: { $: { input: { customerId, owner } }, userErrors, ...(!contactId && done) } }),
          ...(contactId && { setPrimaryContact: { $: { input: { customerId, contactId } }, ...done } }),
        },
        options,
      );
      const payloads = [answer.resumeAssociation, answer.setCommunicationOwner, answer.setPrimaryContact].filter((each) => each != null);
      const last = payloads.at(-1)!;
      return { ...last, query: last.query!, userErrors: payloads.flatMap((each) => each.userErrors) };
    },
  });
  void settle(result, {
    place: `end:${customerId}`,
    customer: account,
    done: () => currentTexts(actsTexts).resumed(name),
    chosen: () => name,
    isSo: () => false,
    now: () => name,
    onNow: () => undefined,
    // Its rows may have been read again without it.
    onDone: () => void refresh(),
  });
}
