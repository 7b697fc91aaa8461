import { client } from '../data/client.ts';

/** All users of the partner, by name: at most 1,000. */
export async function readUsers(signal?: AbortSignal) {
  const users = [];
  let after: string | null = null;
  do {
    const page = await readPage(after, signal);
    users.push(...page.nodes);
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  return users;
}

async function readPage(after: string | null, signal: AbortSignal | undefined) {
  const { viewer } = await client.query(
    {
      viewer: {
        partner: {
          users: {
            $: { first: 100, ...(after !== null && { after }) },
            nodes: { id: true, name: true, email: true, role: true },
            pageInfo: { hasNextPage: true, endCursor: true },
          },
        },
      },
    },
    { signal },
  );
  return viewer.partner.users;
}

export type User = Awaited<ReturnType<typeof readUsers>>[number];
