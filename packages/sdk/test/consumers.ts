/** The columns that a row can lack. */
const columns = [
  ...['primaryContact', 'website', 'hubId', 'renewalStartDate', 'maxContacts', 'emailLimit'],
  ...['billingFrequency', 'subscriptionTerm', 'currentMrr', 'estimatedNewMrr'],
];

/** 50 different choices of columns. Each column is in half of them. */
export const fiftyChoices: readonly (readonly string[])[] = Array.from({ length: 50 }, (_, index) =>
  columns.filter((_column, position) => ((index * 41 + 23) >> position) & 1),
);

/** A program with 50 lists that reads some of their columns. */
export const fiftyCalls = (from: string): string => `import { createClient } from '${from}';
const client = createClient({ url: 'https://renewals.example.com/graphql', token: 'any' });
${fiftyChoices
  .map(
    (choice, index) => `const page${index} = await client.renewals.list({ columns: ${JSON.stringify(choice)} });
export const read${index} = [page${index}.rows[0]?.customerName, page${index}.rows[0]?.${choice[0]}];
`,
  )
  .join('')}`;
