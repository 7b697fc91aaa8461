import { businessDate } from '../node-process.ts';
import { json, times, type Operations } from './attack.operations.ts';

const aliased = (count: number, field: (index: number) => string) => times(count, (n) => `a${n}: ${field(n)}`).join(' ');

/** A filter of six conditions for each of `count`, none of which has a value. */
const emptyLists = { in: [], nin: [] };
export const emptyFilter = (count: number) => ({
  or: times(count, () => ({ status: emptyLists, communicationOwner: emptyLists, daysUntilLastDecision: emptyLists })),
});

/** Lists whose statements are far longer, or take far longer, than their fields suggest. */
export function listsOn({ own, viewId, cursor }: { own: Record<string, string>; viewId: string; cursor: string }): Operations {
  const dayAfter = (days: number) => new Date(Date.parse(businessDate()) + days * 86_400_000).toISOString().slice(0, 10);
  const rows =
    'fragment Rows on ContractChangeConnection { totalCount nodes { decision { action } lateRequest { action } availableActions } }';
  // What takes the square of a text's length: accents are sorted, and each other letter of a host is a pass over it.
  const people = [5_000, 245_000].map((half) => '\u0301'.repeat(half) + '\u0316'.repeat(half));
  const websites = [10_000, 38_000].map((length) => String.fromCodePoint(...times(length, (n) => 0x4e00 + n)));
  // Below mutations, texts may be as long as the body.
  const within = (field: string, text: string) =>
    text.length > 10_000
      ? json(`mutation ($text: String!) { updateDashboardColumns(input: { columns: [] }) { query { ${field} } } }`, { text })
      : json(`query ($text: String!) { ${aliased(20, () => field)} }`, { text });
  return [
    ...[16, 99].map((count) => ({
      name: `filters of ${count * 6} empty lists`,
      requests: [
        {
          headers: own,
          body: json(
            `query ($filter: ContractChangeFilter) { ${aliased(20, () => 'upcomingContractChanges(first: 1, filter: $filter) { totalCount nodes { id } }')} }`,
            { filter: emptyFilter(count) },
          ),
        },
      ],
    })),
    {
      name: 'an opened view of many conditions',
      requests: [
        {
          headers: own,
          body: json(`{ ${aliased(20, () => `upcomingContractChanges(first: 1, viewId: "${viewId}") { totalCount nodes { id } }`)} }`),
        },
      ],
    },
    {
      name: 'descending lists behind a cursor',
      requests: [
        {
          headers: own,
          body: json(
            `query ($after: String) { ${aliased(20, () => 'upcomingContractChanges(orderBy: [{ field: EFFECTIVE_DATE, direction: DESC }], first: 1, after: $after) { nodes { customer { name } } }')} }`,
            { after: cursor },
          ),
        },
      ],
    },
    ...people.map((text) => ({
      name: `people by ${text.length} accents`,
      requests: [{ headers: own, body: within('reminders(first: 1, filter: { recipient: $text }) { totalCount }', text) }],
    })),
    ...websites.map((text) => ({
      name: `websites of ${text.length} letters`,
      requests: [{ headers: own, body: within('customer(by: { website: $text }) { id }', text) }],
    })),
    {
      name: 'lists below the changes of a payload',
      requests: [
        {
          headers: own,
          body: json(
            `mutation { updatePartnerSettings(input: { ownsAllTransactionalConversations: false }) { contractChanges { ${aliased(48, () => 'timeline { totalCount }')} } } }`,
          ),
        },
      ],
    },
    {
      name: 'rows of other days',
      requests: [
        {
          headers: own,
          body: json(
            `{ ${aliased(20, (n) => `upcomingContractChanges(asOf: "${dayAfter(n + 5)}", first: 1, orderBy: [{ field: CUSTOMER_NAME }]) { ...Rows }`)} } ${rows}`,
          ),
        },
      ],
    },
  ];
}
