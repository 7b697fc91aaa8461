/** A fetch for one client, and the operations that it has sent. */
export type CountedFetch = { fetch: typeof fetch; readonly sent: string[] };

/** Counts requests, so that a program can prove that a client showed new data without asking again. */
export function countedFetch(): CountedFetch {
  const sent: string[] = [];
  return {
    sent,
    async fetch(input, init) {
      sent.push(operationOf(String(input instanceof Request ? input.url : input), init));
      return await fetch(input, init);
    },
  };
}

function operationOf(address: string, init: RequestInit | undefined): string {
  if (init?.method === 'POST') {
    const { operationName, query } = JSON.parse(init.body as string) as { operationName?: string; query: string };
    return operationName ?? nameIn(query);
  }
  const { searchParams } = new URL(address);
  return searchParams.get('operationName') ?? nameIn(searchParams.get('query') ?? '');
}

const nameIn = (query: string): string => /^\s*(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? 'anonymous';
