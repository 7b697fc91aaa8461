export type BannerFacts = { url: string; database: string; explorers: boolean; token: string | null };

/** What somebody needs who has just started the server for the first time. */
export function banner({ url, database, explorers, token }: BannerFacts): string {
  const query =
    '{ upcomingContractChanges(first: 5) { totalCount nodes { customer { name } type status effectiveDate renewalDeadline } } }';
  const lines = [
    '',
    `  Partner Renewals is listening at ${url}, on ${database}`,
    '',
    `  API       ${url}/graphql`,
    ...(explorers ? [`  Explorer  ${url}/ (Apollo Sandbox) and ${url}/explore (GraphiQL, needs no network)`] : []),
    ...(token ? [`  Token     ${token}`] : [`  Token     npm run renewals -- token create --partner <name> --role VIEWER`]),
    '',
    '  Try it:',
    '',
    `  curl -s ${url}/graphql \\`,
    `    -H 'Authorization: Bearer ${token ?? '<token>'}' \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify({ query })}'`,
    '',
  ];
  return lines.join('\n');
}
