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
