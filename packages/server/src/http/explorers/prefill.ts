/** What the two explorers open with. The token is one of sample data, given only where nobody but this machine can ask for the page. */
export type Prefill = { document: string; variables: Record<string, unknown>; token?: string };

export const sampleQuery: Prefill = {
  document: `query UpcomingRenewals($first: Int, $query: String) {
  upcomingContractChanges(first: $first, query: $query) {
    totalCount
    businessDate
    nodes {
      id
      customer {
        name
        hubId
        website
      }
      communicationOwner
      primaryContact {
        name
        email
      }
      type
      status
      renewalDeadline
      effectiveDate
      currentTerms {
        mrr {
          amount
          currencyCode
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  variables: { first: 25, query: null },
};

/** True for the names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/**
 * A page of another site can have its own name resolve to 127.0.0.1 and read what we answer (DNS rebinding);
 * the Host it then sends is that name, so the token is left out for any name but a loopback one.
 */
export function prefilledHeaders(prefill: Prefill, requestedHost: string): Record<string, string> {
  return { Authorization: prefill.token && isLoopback(requestedHost) ? `Bearer ${prefill.token}` : 'Bearer ' };
}
