import { renewals } from '../config.ts';

export type BannerOptions = {
  url: string;
  database: string;
  explorers: boolean;
  mailbox: boolean;
  apiKey: string | null;
  /** Whether a browser on this machine is signed in as the sample partner. */
  isSignedIn: boolean;
};

/** The text for a first start: the addresses, an API key and an example query. */
export function banner({ url, database, explorers, mailbox, apiKey, isSignedIn }: BannerOptions): string {
  const query =
    '{ upcomingContractChanges(first: 5) { totalCount nodes { customer { name } type status effectiveDate renewalDeadline } } }';
  const lines = [
    '',
    `  ${url}/ shows the upcoming renewals${isSignedIn ? ' of the sample partner' : '; sign in with an API key'}.`,
    '',
    `  API        ${url}/graphql`,
    ...(explorers ? [`  Explorers  ${url}/explore (GraphiQL) and ${url}/sandbox (Apollo Sandbox, needs the network)`] : []),
    ...(mailbox ? [`  E-mails    ${url}/mail (the reminders that would be sent)`] : []),
    ...(apiKey ? [`  API key    ${apiKey}`] : [`  API key    ${renewals} key create --partner <name> --role VIEWER`]),
    `  Database   ${database}`,
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
