/** The initial contents of both explorers. The API key belongs to the sample data, and is set only if the server listens on loopback. */
export type Prefill = { document: string; variables: Record<string, unknown>; apiKey?: string };

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

/** Whether only this machine can reach the host name or address. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

/**
 * DNS rebinding: a page of another site can let its own host name resolve to 127.0.0.1, and read responses of this server. The Host
 * header then has that name, so only loopback names get the API key.
 */
export function prefilledHeaders(prefill: Prefill, requestedHost: string): Record<string, string> {
  return { Authorization: prefill.apiKey && isLoopback(requestedHost) ? `Bearer ${prefill.apiKey}` : 'Bearer ' };
}
