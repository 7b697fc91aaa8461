import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

let server: TestServer;
let token: string;
let partnerId: string;
beforeAll(async () => {
  server = await startTestServer({ businessDate: '2026-11-22' });
  partnerId = await server.createPartner('Acme');
  token = await server.createToken(partnerId, 'VIEWER');
});
afterAll(() => server.close());

// The columns of the dashboard: class, English and German label.
const table = [
  ['CUSTOMER_NAME', 'locked', 'Customer name', 'Kundenname'],
  ['COMMUNICATION_OWNER', 'locked', 'Communication owner', 'Kommunikations-Bearbeiter'],
  ['PRIMARY_CONTACT', 'default', 'Primary contact', 'Primärer Kundenkontakt'],
  ['CONTRACT_TYPE', 'locked', 'Contract type', 'Vertragsart'],
  ['STATUS', 'locked', 'Status', 'Status'],
  ['RENEWAL_DEADLINE', 'locked', 'Renewal deadline', 'Verlängerungs-Enddatum'],
  ['WEBSITE', 'optional', 'Website', 'Website'],
  ['HUB_ID', 'optional', 'Hub ID', 'Hub-ID'],
  ['RENEWAL_START_DATE', 'optional', 'Renewal start date', 'Verlängerungs-Startdatum'],
  ['MAX_CONTACTS', 'optional', 'Max contacts', 'Maximale Kontaktanzahl'],
  ['EMAIL_LIMIT', 'optional', 'Email limit', 'E-Mail-Limit'],
  ['BILLING_FREQUENCY', 'optional', 'Billing frequency', 'Rechnungshäufigkeit'],
  ['SUBSCRIPTION_TERM', 'optional', 'Subscription term', 'Abonnementzeitraum'],
  ['CURRENT_MRR', 'optional', 'Current MRR', 'Aktueller MRR'],
  ['ESTIMATED_NEW_MRR', 'optional', 'Estimated new MRR', 'Geschätzter neuer MRR'],
];

describe('the columns', () => {
  test('are these fifteen, with labels in English and German', async () => {
    const { body } = await server.query(
      '{ dashboardColumns { key isLocked isDefault label german: label(locale: DE) description(locale: DE) } }',
      {},
      { token },
    );
    const found = body.data.dashboardColumns.map((column: Record<string, unknown>) => [
      column['key'],
      column['isLocked'] ? 'locked' : column['isDefault'] ? 'default' : 'optional',
      column['label'],
      column['german'],
    ]);
    expect(found).toEqual(table);
  });

  test('label their values in both languages if they have a fixed set', async () => {
    const { body } = await server.query(
      '{ dashboardColumns { key values { value label } german: values(locale: DE) { label } } }',
      {},
      { token },
    );
    const columns = Object.fromEntries(body.data.dashboardColumns.map((column: { key: string }) => [column.key, column]));
    expect(columns.STATUS).toEqual({
      key: 'STATUS',
      values: [
        { value: 'RENEWED', label: 'Renewed' },
        { value: 'CONFIRMED', label: 'Confirmed' },
        { value: 'PENDING', label: 'Pending' },
        { value: 'CANCELLATION_REQUESTED', label: 'Cancellation requested' },
      ],
      german: [{ label: 'Verlängert' }, { label: 'Bestätigt' }, { label: 'Ausstehend' }, { label: 'Kündigung beantragt' }],
    });
    expect(columns.CUSTOMER_NAME.values).toBeNull();
    expect(columns.BILLING_FREQUENCY.german.at(-1)).toEqual({ label: 'Sonstige (n) Monate' });
  });

  test('are the default ones until a viewer chooses their own and their order', async () => {
    const own = async () => {
      const { body } = await server.query('{ viewer { dashboardColumns { key } } }', {}, { token });
      return body.data.viewer.dashboardColumns.map((column: { key: string }) => column.key);
    };
    expect(await own()).toEqual(table.slice(0, 6).map(([key]) => key));
    await server.database.superuserPool.query(
      'insert into dashboard_column_choice (partner_id, principal_id, columns) values ($1, $1, $2)',
      [partnerId, ['STATUS', 'HUB_ID', 'A_COLUMN_THAT_WAS', 'CUSTOMER_NAME']],
    );
    expect(await own()).toEqual(['STATUS', 'HUB_ID', 'CUSTOMER_NAME']);
  });
});

describe('the viewer', () => {
  test('has a partner, a role and a business date', async () => {
    const document =
      '{ viewer { role businessDate businessTimeZone user { name } partner { id name settings { ownsAllTransactionalConversations pointOfContact { name } } users { totalCount nodes { name email role } } } } }';
    expect((await server.query(document, {}, { token })).body.data.viewer).toEqual({
      role: 'VIEWER',
      businessDate: '2026-11-22',
      businessTimeZone: 'UTC',
      user: null,
      partner: {
        id: `par_${partnerId}`,
        name: 'Acme',
        settings: { ownsAllTransactionalConversations: false, pointOfContact: null },
        users: { totalCount: 0, nodes: [] },
      },
    });
  });
});

describe('choosing columns', () => {
  const choose = async (columns: string[], as = token) => {
    const document = `mutation ($columns: [DashboardColumnKey!]!) { updateDashboardColumns(input: { columns: $columns }) {
      viewer { role dashboardColumns { key } partner { name } } userErrors { code field message ... on LockedColumnError { columns } } } }`;
    return (await server.query(document, { columns }, { token: as })).body.data.updateDashboardColumns;
  };
  const locked = ['RENEWAL_DEADLINE', 'STATUS', 'CONTRACT_TYPE', 'COMMUNICATION_OWNER', 'CUSTOMER_NAME'];

  test('stores the whole list in its order and returns it', async () => {
    const columns = ['HUB_ID', ...locked, 'CURRENT_MRR'];
    expect(await choose(columns)).toEqual({
      viewer: { role: 'VIEWER', dashboardColumns: columns.map((key) => ({ key })), partner: { name: 'Acme' } },
      userErrors: [],
    });
    expect((await choose(columns)).userErrors).toEqual([]);
    const { rows } = await server.database.superuserPool.query(
      `select after from audit_event where partner_id = $1 and action = 'UPDATE_DASHBOARD_COLUMNS'`,
      [partnerId],
    );
    expect(rows).toEqual([{ after: { columns } }]);
  });

  test('reports missing locked columns and repeated columns', async () => {
    expect(await choose(['HUB_ID', 'STATUS', 'CUSTOMER_NAME', 'CONTRACT_TYPE'])).toEqual({
      viewer: null,
      userErrors: [
        {
          code: 'LOCKED_COLUMN',
          field: ['input', 'columns'],
          message: 'These columns can be moved, but not removed: Communication owner, Renewal deadline.',
          columns: ['COMMUNICATION_OWNER', 'RENEWAL_DEADLINE'],
        },
      ],
    });
    expect((await choose([...locked, 'STATUS'])).userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'columns'] }]);
  });

  test('applies only to that user of the partner', async () => {
    const userId = randomUUID();
    await server.database.superuserPool.query(
      `insert into partner_user (partner_id, id, name, email, role) values ($1, $2, 'Ada', 'ada@acme.example', 'VIEWER')`,
      [partnerId, userId],
    );
    const own = await server.createToken(partnerId, 'VIEWER', { partnerUserId: userId });
    await choose([...locked, 'WEBSITE'], own);
    const keys = async (as: string) =>
      (await server.query('{ viewer { dashboardColumns { key } } }', {}, { token: as })).body.data.viewer.dashboardColumns.map(
        (each: { key: string }) => each.key,
      );
    expect(await keys(own)).toEqual([...locked, 'WEBSITE']);
    expect(await keys(token)).toEqual(['HUB_ID', ...locked, 'CURRENT_MRR']);
  });
});
