export type BannerOptions = { url: string; database: string; explorers: boolean; mailbox: boolean; apiKey: string | null };

/** The text for a first start: the addresses, an API key and an example query. */
export function banner({ url, database, explorers, mailbox, apiKey }: BannerOptions): string {
  const query =
    '{ upcomingContractChanges(first: 5) { totalCount nodes { customer { name } type status effectiveDate renewalDeadline } } }';
  const lines = [
    '',
    `  Partner Renewals is listening at ${url}, on ${database}`,
    '',
    `  API       ${url}/graphql`,
    ...(explorers ? [`  Explorer  ${url}/ (Apollo Sandbox) and ${url}/explore (GraphiQL, needs no network)`] : []),
    ...(mailbox ? [`  E-mails   ${url}/mail (the reminders that would be sent)`] : []),
    ...(apiKey ? [`  API key   ${apiKey}`] : [`  API key   npm run renewals -- key create --partner <name> --role VIEWER`]),
    '',
    '  Try it:',
    '',
    `  curl -s ${url}/graphql \\`,
    `    -H 'Authorization: Bearer ${apiKey ?? '<API key>'}' \\`,
    `    -H 'Content-Type: application/json' \\`,
    `    -d '${JSON.stringify({ query })}'`,
    '',
  ];
  return lines.join('\n');
}
