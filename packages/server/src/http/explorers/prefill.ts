import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

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

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/** Whether only this machine can reach the host name or address. An IPv6 address may be in brackets, and may contain an IPv4 one. */
export function isLoopback(host: string): boolean {
  if (/^localhost\.?$/i.test(host)) return true;
  const address = /^\[.*\]$/.test(host) ? host.slice(1, -1) : host;
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

// Headers that proxies, tunnels and content delivery networks add.
const forwardingHeaders = new RegExp(
  '^(forwarded|via|x-forwarded|x-forwarded-.*|x-real-ip|x-(client|remote|cluster-client|original|proxyuser)-.*|x-(envoy|amz|amzn|azure|arr|proxy' +
    '|appengine|vercel|original)-.*|(true-client|client|fastly-client)-ip|cf-.*|cdn-.*|fly-.*|ngrok-.*|tailscale-.*|proxy-.*|x-scheme|surrogate-.*)$',
);

/**
 * Whether a browser on this machine asks directly. A proxy on this machine asks for others, who must see neither the API key nor mail: it adds headers,
 * passes on another Host, or speaks HTTP/1.0 as nginx does. DNS rebinding also shows in the Host: a page of another site lets its own
 * name resolve to 127.0.0.1, and could otherwise read the response.
 */
export function isDirectRequest({ headers, httpVersionMajor, httpVersionMinor, socket }: IncomingMessage): boolean {
  const { host = '' } = headers;
  return (
    (httpVersionMajor > 1 || httpVersionMinor > 0) &&
    isLoopback(host.replace(/:\d*$/, '')) &&
    isLoopback(socket.remoteAddress ?? '') &&
    !isForwarded({ headers })
  );
}

/** Whether a proxy says in a header that it passed the request on. */
export function isForwarded({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return Object.keys(headers).some((name) => forwardingHeaders.test(name));
}

export function prefilledHeaders(prefill: Prefill, request: IncomingMessage): Record<string, string> {
  // The explorer asks from its own origin, without this header. A page of another one on this machine may read what it is sent.
  const isOwn = request.headers.origin === undefined && isDirectRequest(request);
  return { Authorization: prefill.apiKey && isOwn ? `Bearer ${prefill.apiKey}` : 'Bearer ' };
}
