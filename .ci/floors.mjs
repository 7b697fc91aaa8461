// The ladder of packages/server/src, lowest floor first: a file imports only from its own folder and from floors below it, types
// included. Lint reads this list, and the README's map is checked against it.
export const floors = [
  // Files beside the folders; every folder may import them.
  'calendar-date.ts',
  'config.variables.ts',
  'config.ts',
  'access',
  'embedded-postgres',
  'database',
  'graphql',
  'reading',
  'writing',
  'partner',
  'customer',
  'contract',
  'contract-change',
  'association',
  'dashboard',
  'timeline',
  'api-key',
  'import',
  'authentication',
  'process',
  'api',
  'http',
  'command-line',
  'main.ts',
];
