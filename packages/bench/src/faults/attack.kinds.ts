import { randomBytes, randomUUID } from 'node:crypto';
import { makeApiKey } from '../../../server/src/api-key/api-key.ts';
import type { LightRequest } from '../speed/light-client.ts';
import { listsOn } from './attack.lists.ts';
import { json, operationsOn, times } from './attack.operations.ts';
import { headersOf, pageBody } from './page-target.ts';

/**
 * Requests over kept connections, as fast as answers come; new connections at a steady rate; or requests without a wait for answers, as fast
 * as the server reads, or so many at once.
 */
export type Attack = {
  name: string;
  requests?: LightRequest[];
  slow?: { perSecond: number; head: string };
  pipelined?: { head: string; connections?: number; depth?: number };
};

const base64url = (content: string | Buffer) => Buffer.from(content).toString('base64url');

export type Target = {
  token: string;
  issuer: string;
  audience: string;
  kid: string;
  customerIds: string[];
  viewId: string;
  cursor: string;
};

/** Everything that one client with one partner's key, or with none, tries. */
export function attacksOn({ token, issuer, audience, kid, customerIds, viewId, cursor: last }: Target): Attack[] {
  const own = headersOf(token);
  const slowHead = (authorization: string) =>
    `POST /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{`;
  const forged = (signingKey = kid) => {
    const header = base64url(JSON.stringify({ alg: 'RS256', kid: signingKey, typ: 'JWT' }));
    const claims = base64url(
      JSON.stringify({ iss: issuer, aud: audience, sub: randomBytes(8).toString('hex'), exp: Math.floor(Date.now() / 1_000) + 600 }),
    );
    return `${header}.${claims}.${base64url(randomBytes(256))}`;
  };
  const row = `fragment Row on ContractChange { id communicationOwner communicationOwnerSource daysUntilDeadline daysUntilEffective effectiveDate
    lastDecisionDate lateCancellationRequest renewalDeadline renewalStartDate status statusReason type version availableActions
    customer { id name hubId website } contract { id externalId termStart noticePeriodDays } estimatedMrrChange { amount currencyCode }
    currentTerms { maxContacts } newTerms { maxContacts } }`;
  const conditions = times(12, (bit) => `c${bit}`);
  const lists = (condition: (name: string) => string) =>
    conditions.map((name) => `${name}: upcomingContractChanges(first: 1) ${condition(name)} { nodes { ...Row } }`).join(' ');
  const manyConditions = `query (${conditions.map((name) => `$${name}: Boolean!`).join(' ')}) { ${lists((name) => `@include(if: $${name})`)} } ${row}`;
  const keyedQuery = `query ($key: String!) { ${lists(() => '')} viewer { role @idempotent(key: $key) } } ${row}`;
  const preflight = {
    origin: 'http://localhost:3000',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization',
  };
  const ids = times(250, () => `cus_${randomUUID()}`);
  // As many values as a request may have.
  const hugeFilter = { or: times(19, () => ({ customerId: { in: ids } })) };
  const comparisons = (shape: number) =>
    times(14, (n) => ({
      status: { ...((shape >> (n % 12)) & 1 ? { eq: 'PENDING' } : {}), in: ['PENDING'], nin: ['RENEWED'] },
      daysUntilDeadline: { lt: 90, gte: 0, nin: [n] },
      communicationOwner: { in: ['PARTNER', 'VENDOR'] },
    }));
  const cursor = `mutation ($after: String) { updateDashboardColumns(input: { columns: [] }) { userErrors { message }
    query { customers(first: 100) { nodes { users(first: 1, after: $after) { totalCount } } } } } }`;
  const owners = `mutation (${times(19, (n) => `$i${n}: BulkSetCommunicationOwnerInput!`).join(' ')}) {
    ${times(19, (n) => `a${n}: bulkSetCommunicationOwner(input: $i${n}) { userErrors { message } }`).join(' ')} }`;
  const ownersOf = (owner: string) =>
    Object.fromEntries(times(19, (n) => [`i${n}`, { owner, customerIds: customerIds.slice(n * 250, (n + 1) * 250) }]));
  return [
    { name: 'unknown keys', requests: times(20_000, () => ({ headers: headersOf(makeApiKey().key), body: pageBody })) },
    { name: 'one unknown key', requests: [{ headers: headersOf(makeApiKey().key), body: pageBody }] },
    { name: 'no key', requests: [{ headers: { 'content-type': 'application/json' }, body: pageBody }] },
    { name: 'forged tokens', requests: times(5_000, () => ({ headers: headersOf(forged()), body: pageBody })) },
    { name: 'slow bodies, 60 a second', slow: { perSecond: 60, head: slowHead(`Bearer ${token}`) } },
    { name: 'slow bodies without a key, 60 a second', slow: { perSecond: 60, head: slowHead(`Bearer ${makeApiKey().key}`) } },
    // Each one is another document, so that no cache helps. The overlap check of its fields takes long, and its end is invalid.
    {
      name: 'refused documents',
      requests: times(2_000, (index) => ({ headers: own, body: json(`{ ${'viewer { role } '.repeat(190)} nothing${index} }`) })),
    },
    {
      name: 'malformed documents',
      requests: times(2_000, (index) => ({ headers: own, body: json(`{ ${`a${index}: viewer { role } `.repeat(150)} }}`) })),
    },
    {
      name: 'dear queries',
      requests: times(50, (index) => ({
        headers: own,
        body: json(`{ customers(first: 100) { nodes { users(first: 90) { nodes { name email } } } } a${index}: viewer { role } }`),
      })),
    },
    {
      name: 'slow searches',
      requests: times(50, (index) => ({
        headers: own,
        body: json(
          `{ ${times(10, (n) => `a${n}: upcomingContractChanges(first: 100, query: "a${(index + n) % 10}", orderBy: [{ field: EMAIL_LIMIT }]) { totalCount nodes { id } }`).join(' ')} }`,
        ),
      })),
    },
    {
      name: 'huge filters',
      requests: [
        {
          headers: own,
          body: json('query ($filter: ContractChangeFilter) { upcomingContractChanges(first: 1, filter: $filter) { totalCount } }', {
            filter: hugeFilter,
          }),
        },
      ],
    },
    {
      name: 'bodies of a megabyte',
      requests: [
        {
          headers: own,
          body: JSON.stringify({ query: '{ viewer { role } }', extensions: { unused: times(4_900, () => 'x'.repeat(190)) } }),
        },
      ],
    },
    // To parse them would block the event loop for a quarter of a second each.
    {
      name: 'deep bodies',
      requests: [
        { headers: own, body: `{"query":"{ viewer { role } }","variables":{"unused":${'['.repeat(400_000)}${']'.repeat(400_000)}}}` },
        { headers: own, body: json('{ viewer { role } }', { unused: times(18_000, (index) => ({ [`a${index}`]: 1 })) }) },
      ],
    },
    {
      name: 'stored views, 16 aliases',
      requests: [
        {
          headers: own,
          body: json(
            `{ ${times(16, (n) => `a${n}: viewer { savedViews { nodes { id name filter query columns { key } orderBy { field } } } }`).join(' ')} }`,
          ),
        },
      ],
    },
    // To fold such texts for a search held others up for 13 s.
    {
      name: 'long searches',
      requests: [
        {
          headers: own,
          body: json(`query ($text: String!) { ${times(20, (n) => `a${n}: customers(query: $text) { totalCount }`).join(' ')} }`, {
            text: 'Ä'.repeat(450_000),
          }),
        },
      ],
    },
    // Each field is a statement.
    {
      name: 'single customers',
      requests: [
        { headers: own, body: json(`{ ${times(20, (n) => `a${n}: customer(by: { hubId: "${1_000 + n}" }) { name }`).join(' ')} }`) },
      ],
    },
    // The same query with other conditions and other values of directives, each twice: what is kept for a query must not be made for each.
    {
      name: 'other conditions',
      requests: times(8_192, (index) => ({
        headers: own,
        body: json(manyConditions, Object.fromEntries(times(12, (bit) => [`c${bit}`, ((index >> 1) & (1 << bit)) !== 0]))),
      })),
    },
    {
      name: 'other values of directives',
      requests: times(2_000, (index) => ({ headers: own, body: json(keyedQuery, { key: `key ${index >> 1}` }) })),
    },
    {
      name: 'other tokens of unknown signing keys',
      requests: times(5_000, () => ({ headers: headersOf(forged(randomUUID())), body: pageBody })),
    },
    // As many customers as a request may name, which are locked and derived; the first changes nothing, the second writes each time.
    { name: 'owners that change nothing', requests: [{ headers: own, body: json(owners, ownersOf('PARTNER')) }] },
    {
      name: 'owners to and fro',
      requests: [
        { headers: own, body: json(owners, ownersOf('PARTNER')) },
        { headers: own, body: json(owners, ownersOf('VENDOR')) },
      ],
    },
    {
      name: 'keys',
      requests: [
        { headers: own, body: json(`mutation { ${times(20, (n) => `a${n}: createApiKey(input: { role: VIEWER }) { key }`).join(' ')} }`) },
      ],
    },
    {
      name: 'documents of many lines',
      requests: times(200, (index) => ({ headers: own, body: json(`${'\n'.repeat(97_000)}{ ${'nothing '.repeat(10)} } # ${index}`) })),
    },
    {
      name: 'long names',
      requests: [90_000, 100].map((length) => ({
        headers: own,
        body: json(`{ customers(first: 100) { nodes { contractChanges(first: 40) { nodes { ${'a'.repeat(length)}: id } } } } }`),
      })),
    },
    {
      name: 'filters of many shapes',
      requests: times(1_000, (index) => ({
        headers: own,
        body: json('query ($filter: ContractChangeFilter) { upcomingContractChanges(first: 1, filter: $filter) { nodes { id } } }', {
          filter: { or: comparisons(index >> 1) },
        }),
      })),
    },
    ...operationsOn({ own, customerIds }),
    ...listsOn({ own, viewId, cursor: last }),
    { name: 'long cursors', requests: [{ headers: own, body: json(cursor, { after: 'é'.repeat(490_000) }) }] },
    { name: 'unknown addresses', requests: [{ line: 'POST /nothing', headers: { 'content-type': 'application/json' }, body: pageBody }] },
    { name: 'files of the page', requests: [{ line: 'GET /', headers: { 'accept-encoding': 'br' }, body: '' }] },
    { name: 'links that are none', requests: [{ line: 'GET /unsubscribe/nothing', headers: { accept: 'text/html' }, body: '' }] },
    { name: 'malformed addresses', requests: [{ line: 'GET /%', headers: {}, body: '' }] },
    { name: 'methods of signing in', requests: [{ line: 'GET /sign-in/methods', headers: {}, body: '' }] },
    { name: 'questions of monitors', requests: [{ line: 'GET /readyz', headers: {}, body: '' }] },
    {
      name: 'long lists of languages',
      requests: [{ line: 'GET /graphql', headers: { accept: 'text/html', 'accept-language': 'a,'.repeat(7_500) }, body: '' }],
    },
    { name: 'preflights', requests: [{ line: 'OPTIONS /graphql', headers: preflight, body: '' }] },
    { name: 'pipelined requests', pipelined: { head: 'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n' } },
    {
      name: 'pipelined, 8 on each of 1,000 connections',
      pipelined: { head: 'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n', connections: 1_000, depth: 8 },
    },
    { name: 'pipelined without Host', pipelined: { head: 'GET / HTTP/1.1\r\n\r\n' } },
    { name: 'pipelined expectations', pipelined: { head: 'GET / HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n' } },
    { name: 'one expectation after another', pipelined: { head: 'GET / HTTP/1.1\r\nHost: x\r\nExpect: x\r\n\r\n', depth: 1 } },
    { name: 'garbage', pipelined: { head: 'x\r\n\r\n', depth: 1 } },
    // The server closes the connection after its answer, so each request needs a new one.
    {
      name: 'very many headers',
      pipelined: { head: `GET / HTTP/1.1\r\nHost: x\r\n${times(1_000, (n) => `a${n}:\r\n`).join('')}\r\n`, depth: 1 },
    },
    { name: 'plain pages of one partner', requests: [{ headers: own, body: pageBody }] },
  ];
}
