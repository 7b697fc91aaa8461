import { addDays } from '../../src/calendar-date.ts';
import { globalId, type NodeType } from '../../src/graphql/global-id.ts';
import { number, partnerIds, text, uuid, type Letter } from './canaries.ts';
import { idOf, today, userId } from './row-parts.ts';
import { tokens } from './world.ts';

/** The owner of a value; "missing" stands for ids that do not exist. */
export type Owner = Letter | 'missing';
export const owners = ['A', 'B', 'C', 'missing'] as const;

export type Value = { owner: Owner | null; value: unknown };

const neutral = (...values: unknown[]): Value[] => values.map((value) => ({ owner: null, value }));

type Ids = (owner: Owner) => string[];

const uuids =
  (type: NodeType, ofA: readonly string[], own: string): Ids =>
  (owner) => {
    if (owner === 'missing') return [globalId(type, uuid(`missing ${type}`))];
    return (owner === 'A' ? [...ofA, own] : [own]).map((what) => globalId(type, idOf(owner, what)));
  };

const changes = uuids(
  'ContractChange',
  [
    'renewal 1',
    'renewal 2',
    'renewal 4',
    'renewal 3',
    'renewal 5',
    'ended 1',
    'upgrade',
    'overage',
    'history',
    'renewal shared',
    'old renewal',
    'old late',
  ],
  'overage own',
);

/** Changes of A on other days, which another partner's decisions, late requests or ends of contracts would change. */
const changesOnOtherDays = (
  [
    [20, ['renewal 2', 'renewal 4', 'renewal 5', 'renewal shared', 'later 2']],
    [75, ['later', 'later 2', 'renewal 2']],
  ] as const
).flatMap(([days, names]) => names.map((name) => `${globalId('ContractChange', idOf('A', name))}_${addDays(today, days)}`));

/**
 * The ids of each type. B and C have the same ids as A with other values; ids named "own" differ. A new type that implements Node needs a
 * line here and rows in partner-rows.ts.
 */
export const idsByType: Readonly<Record<string, Ids>> = {
  Partner: (owner) => [globalId('Partner', owner === 'missing' ? uuid('missing partner') : partnerIds[owner])],
  PartnerUser: (owner) =>
    owner === 'A'
      ? [userId('MANAGER'), userId('ADMIN'), idOf('A', 'user own')].map((id) => globalId('PartnerUser', id))
      : [globalId('PartnerUser', owner === 'missing' ? uuid('missing user') : idOf(owner, 'user own'))],
  Customer: uuids('Customer', ['customer 1', 'customer 2', 'customer 3', 'customer 4', 'customer 5'], 'customer own'),
  CustomerUser: uuids('CustomerUser', ['user 2 of 1', 'user 1 of 1', 'user 3 of 1', 'user 1 of 3'], 'user own of 1'),
  CustomerAssociation: (owner) => [
    ...(owner === 'A' ? [globalId('CustomerAssociation', uuid('association 1'))] : []),
    ...(owner === 'missing' ? [] : [globalId('CustomerAssociation', uuid(`${owner} association 3`))]),
    globalId('CustomerAssociation', owner === 'missing' ? uuid('missing association') : idOf(owner, 'association own')),
  ],
  Contract: uuids('Contract', ['contract 1', 'contract 4'], 'contract own'),
  ContractChange: (owner) => [
    ...changes(owner),
    ...(owner === 'A' ? changesOnOtherDays : []),
    // On another day, too; C is as B.
    ...(owner === 'C'
      ? []
      : changes(owner)
          .slice(-1)
          .map((id) => `${id}_${addDays(today, 20)}`)),
  ],
  SavedView: uuids('SavedView', ['view of the admin', 'view of the manager', 'view of the viewer', 'view of A itself'], 'view own'),
  Reminder: uuids(
    'Reminder',
    ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'].map((name) => `message ${name}`),
    'message own',
  ),
  Suppression: uuids('Suppression', ['suppression 1', 'suppression 2', 'suppression 3'], 'suppression own'),
  // Each session has an id of its own: it is found before its partner is known.
  Session: (owner) =>
    (owner === 'missing' ? [uuid('missing session')] : ['1', '2', '3', '4'].map((which) => idOf(owner, `own session ${which}`))).map((id) =>
      globalId('Session', id),
    ),
  ApiKey: (owner) => {
    if (owner === 'missing') return ['prk_MissingKey00'];
    const ofUser = [...tokens.values()].find((token) => token.letter === owner && token.row.role === 'ADMIN' && token.row.userId !== null);
    return [...(owner === 'A' && ofUser ? [`prk_${ofUser.row.id}`] : []), `prk_Canary${owner}key00`, `prk_Canary${owner}key01`];
  },
};

/** The type of the ids that an argument or input field of that name takes; fields named `id` are listed by their coordinate. */
const idTypes: Readonly<Record<string, string | readonly string[]>> = {
  'Query.node.id': Object.keys(idsByType),
  'Query.nodes.ids': Object.keys(idsByType),
  'CustomerBy.id': 'Customer',
  'UpdateSavedViewInput.id': 'SavedView',
  'DeleteSavedViewInput.id': 'SavedView',
  apiKeyId: 'ApiKey',
  contactId: 'CustomerUser',
  contractChangeId: 'ContractChange',
  customerId: 'Customer',
  customerIds: 'Customer',
  pointOfContactId: 'PartnerUser',
  sessionId: 'Session',
  suppressionId: 'Suppression',
  userId: 'PartnerUser',
  viewId: 'SavedView',
};

const ofEach = (make: (letter: Letter) => unknown): Value[] =>
  (['A', 'B', 'C'] as const).map((letter) => ({ owner: letter, value: make(letter) }));

/** Cursors of B, by the field of their connection. */
export type Cursors = ReadonlyMap<string, readonly string[]>;

/**
 * Values for arguments and input fields of other scalars, by their name, or by type and name where that is not enough. The first one is
 * sent wherever another field is tried: a mutation has to succeed with it.
 */
const valuesByName: Readonly<Record<string, readonly Value[]>> = {
  asOf: neutral(addDays(today, 20), addDays(today, 75), addDays(today, -25), addDays(today, -35)),
  daysUntilDeadline: neutral(15, ...ofEach((letter) => number(letter, 1)).map(({ value }) => value)),
  daysUntilLastDecision: neutral(15, ...ofEach((letter) => number(letter, 1)).map(({ value }) => value)),
  effectiveDate: neutral(addDays(today, 30), addDays(today, 55)),
  email: [...ofEach((letter) => text(letter, 'new@example.com')), ...ofEach((letter) => text(letter, 'ADMIN@example.com'))],
  expectedVersion: [
    { owner: 'A', value: 1 },
    { owner: 'B', value: number('B', 2) },
    { owner: 'B', value: number('B', 7) },
    { owner: 'B', value: number('B', 9) },
  ],
  expiresAt: neutral('2999-01-01T00:00:00Z'),
  first: neutral(2, 100),
  hubId: [...neutral('1001', '1003', '1004'), ...ofEach((letter) => String(number(letter, 1))), { owner: 'missing', value: '987654321' }],
  last: neutral(2),
  name: [...neutral('Something new'), ...ofEach((letter) => text(letter, 'view.of the admin'))],
  query: [
    ...neutral('canary', 'same-host', '1001'),
    ...ofEach((letter) => text(letter, 'customer')),
    ...ofEach((letter) => text(letter, 'host-2')),
    ...ofEach((letter) => String(number(letter, 1))),
  ],
  recipient: [...neutral('canary'), ...ofEach((letter) => text(letter, 'user.MANAGER')), ...ofEach((letter) => text(letter, '1.1'))],
  plannedAt: neutral('2021-04-01T10:00:00Z'),
  endedAt: neutral('2021-04-01T12:00:00Z'),
  renewalDeadline: neutral(addDays(today, 15), addDays(today, 60 - 46)),
  from: neutral('2026-01-01'),
  to: neutral('2026-11-22'),
  digestHour: neutral(6),
  senderName: [...neutral('Somebody'), ...ofEach((letter) => text(letter, 'sender'))],
  sendFromHour: neutral(7),
  sendUntilHour: neutral(20),
  timeZone: neutral('Europe/Berlin'),
  until: neutral(addDays(today, 3)),
  website: [
    ...neutral('same-host.example'),
    ...ofEach((letter) => `https://www.${text(letter, 'host-2')}.example`),
    { owner: 'missing', value: 'nowhere.example' },
  ],
};

const lockedColumns = ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'];

/** Values for whole lists, where a single entry would be refused. */
export const wholeValues: Readonly<Record<string, readonly Value[]>> = {
  customerOffsets: neutral([20, 3]),
  deadlineOffsets: neutral([60, 5]),
  columns: neutral([...lockedColumns, 'MAX_CONTACTS'], [...lockedColumns, 'HUB_ID'].reverse(), ['WEBSITE']),
};

/** The place of a value: type and field, and the names on the path to it, the nearest last. */
export type Place = { coordinate: string; names: readonly string[]; scalar: string };

/** The values to try there; null if none are listed. */
export function valuesAt({ coordinate, names, scalar }: Place, cursors: Cursors): Value[] | null {
  const name = names.at(-1) ?? '';
  if (name === 'after' || name === 'before') return (cursors.get(names.at(-2) ?? '') ?? []).map((value) => ({ owner: 'B', value }));
  if (scalar === 'ID') {
    const type =
      idTypes[coordinate] ??
      [...names]
        .reverse()
        .map((each) => idTypes[each])
        .find((each) => each !== undefined);
    if (type === undefined) return null;
    return [type].flat().flatMap((each) => owners.flatMap((owner) => (idsByType[each] as Ids)(owner).map((value) => ({ owner, value }))));
  }
  const found =
    valuesByName[coordinate] ??
    [...names]
      .reverse()
      .map((each) => valuesByName[each])
      .find((each) => each !== undefined);
  return found === undefined ? null : [...found];
}
