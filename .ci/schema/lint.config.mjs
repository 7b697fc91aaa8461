import plugin from '@graphql-eslint/eslint-plugin';

const { configs, parser } = plugin;
const rule = (name) => `@graphql-eslint/${name}`;

/** Types without identity: their objects are values of the object that has them (decision 032). */
const values = [
  ...['Actor', 'AppUsage', 'ContractChangeDecision', 'ContractChangeStatusCount', 'ContractChangeTypeCount', 'ContractTerms'],
  ...[
    'DashboardColumn',
    'DashboardColumnValue',
    'Money',
    'MrrTotals',
    'PageInfo',
    'PartnerSettings',
    'ReminderPreview',
    'ReminderSettings',
  ],
  ...['ReminderSwitch', 'SavedViewOrder', 'SavedViewProblem', 'TimelineChange', 'UpcomingContractChangesSummary', 'ViewerReminderSettings'],
];

/** How graphql-eslint judges the schema. A rule is changed only for the reason beside it. */
export const lintConfig = (schema) => ({
  files: ['**/*.graphql'],
  languageOptions: { parser, parserOptions: { graphQLConfig: { schema } } },
  plugins: { '@graphql-eslint': plugin },
  rules: {
    ...configs['flat/schema-recommended'].rules,
    ...configs['flat/schema-relay'].rules,
    [rule('require-nullable-result-in-root')]: 'error',
    [rule('strict-id-in-types')]: [
      'error',
      { exceptions: { types: values, suffixes: ['Connection', 'Edge', 'Payload', 'Result', 'Error'] } },
    ],
    // Short lists, such as userErrors, have no pages. Nobody looks up an event, a key or a measurement by ID, so these are no nodes.
    [rule('relay-edge-types')]: ['error', { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false }],
    // Nobody reads a timeline or a list of names from its end; the dashboard pages both ways.
    [rule('relay-arguments')]: ['error', { includeBoth: false }],
  },
});
