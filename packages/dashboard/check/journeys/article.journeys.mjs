// What the help article about this page says, sentence by sentence.
import assert from 'node:assert/strict';
import { journey } from '../stage.mjs';

journey(
  'I start the product and see the upcoming renewals of the sample partner, without a key',
  { isSample: true, role: null },
  async (visit) => {
    const { page, graphql, context } = visit;
    await page.getByRole('heading', { level: 1, name: 'Upcoming renewals' }).waitFor();
    await visit.table.locator('tbody tr').first().waitFor();
    await page.locator('.brand').getByText('Nordlicht Beratung').waitFor();
    assert.equal(graphql.length, 1, 'the first paint is one GraphQL request');
    const [cookie, ...others] = await context.cookies();
    assert.deepEqual(others, []);
    const { name, httpOnly, sameSite, path } = cookie;
    assert.deepEqual({ name, httpOnly, sameSite, path }, { name: 'renewals_session', httpOnly: true, sameSite: 'Strict', path: '/' });
    const stored = await page.evaluate(() =>
      JSON.stringify([document.cookie, Object.entries(localStorage), Object.entries(sessionStorage)]),
    );
    assert.ok(!/prk_|rns_/.test(stored), `a secret is readable: ${stored}`);
  },
);

journey('I see every renewal, upgrade and overage of the next 120 days', {}, async ({ page, customers, row, look }) => {
  await page.getByText('until 26 March 2027').waitFor();
  const shown = await customers();
  assert.ok(shown.includes('Nimbus Networks'), 'the 120th day is shown');
  assert.ok(!shown.includes('Opal Outside'), 'the 121st day is not');
  assert.equal(shown.length, 15);
  for (const [customer, type] of [
    ['Fjord Fisch', 'Renewal'],
    ['Cobalt Cycling', 'Contact upgrade'],
    ['Ionic Labs', 'Email overage'],
  ])
    await row(customer).getByRole('cell', { name: type, exact: true }).waitFor();
  await look('table');
});

journey('I see what each status means, and until when the terms can change: 45 days before', {}, async ({ row }) => {
  const expected = {
    // Accepted, or 44 days before the date at most.
    'Granite Gym': ['Renewed', 'accepted on 2 Nov'],
    'Quill & Sons': ['Renewed', 'no cancellation in time', '25 Nov 2026', 'passed yesterday'],
    'Ionic Labs': ['Confirmed', 'accepted on 20 Nov'],
    // The day 45 days before still counts.
    'Ärzte Nord eG': ['Pending', 'waits for a decision', 'Last day today'],
    'Rhönrad Reisen': ['Pending', '1 day left', 'until 27 Nov'],
    'Cobalt Cycling': ['Pending', '8 days left', 'until 4 Dec, before it starts'],
    'Harbour Hotels': ['Cancellation requested', 'since 18 Nov', '5 Dec 2026'],
  };
  for (const [customer, texts] of Object.entries(expected)) {
    const shown = await row(customer).innerText();
    for (const text of texts) assert.ok(shown.includes(text), `${customer}: ${text} is missing in ${shown}`);
  }
});

journey('I click on a name and see contacts, products, app usage, upcoming changes and what happened', {}, async ({ page, row, look }) => {
  await row('Ärzte Nord eG').getByRole('link', { name: 'Ärzte Nord eG' }).click();
  const drawer = page.getByRole('dialog', { name: 'Ärzte Nord eG' });
  await drawer.getByText('Marketing Hub Professional').first().waitFor();
  for (const part of ['Contacts', 'Upcoming changes', 'Products', 'App usage', 'Reminders', 'Timeline'])
    await drawer.getByRole('heading', { name: part, exact: true }).waitFor();
  await drawer.getByText('Hub ID 7200001').waitFor();
  await drawer.getByText('MRR 1,240.00 EUR → 1,390.00 EUR').waitFor();
  await drawer.getByRole('img', { name: /Contacts used by month/ }).waitFor();
  await drawer.getByText('Alex').or(drawer.getByText('API key')).first().waitFor();
  assert.match(page.url(), /\/customers\//);
  await look('drawer');
  await drawer.getByText('All 3 users of the account').click();
  await drawer.getByText('inactive').waitFor();
  await drawer.getByText('Usage as a table').click();
  await drawer.getByRole('columnheader', { name: 'Active users' }).waitFor();
  await look('drawer, opened parts');
  await page.keyboard.press('Escape');
  await drawer.waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Ärzte Nord eG', 'the focus is back');
});

journey('The vendor communicates by default, unless our settings say that we own all conversations', {}, async ({ page, row }) => {
  await row('Delta Dental').getByText('Vendor', { exact: true }).waitFor();
  await row('Delta Dental').getByText('default', { exact: true }).waitFor();
  await row('Ärzte Nord eG').getByText('set by hand').waitFor();
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'Company', exact: true }).click();
  await page.getByLabel('We own all transactional conversations').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByRole('link', { name: 'Upcoming renewals', exact: true }).click();
  await row('Delta Dental').getByText('Partner', { exact: true }).waitFor();
  await row('Delta Dental').getByText('your setting').waitFor();
  await row('Ärzte Nord eG').getByText('set by hand').waitFor();
});

journey('I make my company the communication owner of a customer', { role: 'MANAGER' }, async ({ page, row, requestsOf, world, look }) => {
  const delta = row('Delta Dental');
  await delta.getByText('default', { exact: true }).waitFor();
  const requests = await requestsOf(async () => {
    await delta.getByRole('button', { name: /^Communication owner of Delta Dental/ }).click();
    await look('owner menu');
    await page.getByRole('menuitemradio', { name: /^Partner/ }).click();
    await delta.getByText('set by hand').waitFor();
    await page.getByText('Communication owner of Delta Dental: Partner.').first().waitFor({ state: 'attached' });
  });
  assert.equal(requests.length, 1, 'an act is one GraphQL request');
  const { customer } = await world.api.query({
    customer: { $: { by: { id: world.idOf('Delta Dental') } }, association: { communicationOwner: true } },
  });
  assert.equal(customer.association.communicationOwner, 'PARTNER');
});

journey(
  'I choose another primary contact from the active users of the account',
  { role: 'MANAGER' },
  async ({ page, row, requestsOf, look }) => {
    const delta = row('Delta Dental');
    await delta.getByRole('button', { name: 'Choose a contact: Delta Dental' }).click();
    const search = page.getByRole('combobox', { name: 'Search the contacts of Delta Dental' });
    const options = page.getByRole('option');
    await options.first().waitFor();
    assert.equal(await options.count(), 2, 'who has left the account is not offered');
    await look('contacts');
    const name = (await options.nth(1).locator('xpath=text()').or(options.nth(1)).first().innerText()).split('\n')[0];
    await search.fill(name.slice(0, 4).toLowerCase());
    await page.getByText('1 contact', { exact: true }).waitFor();
    const requests = await requestsOf(async () => {
      await page.keyboard.press('Enter');
      await delta.getByRole('button', { name: `Primary contact of Delta Dental: ${name}. Change` }).waitFor();
      await page.getByText(`Primary contact of Delta Dental: ${name}.`, { exact: true }).first().waitFor({ state: 'attached' });
    });
    assert.equal(requests.length, 1);
  },
);

journey('I search for a customer at the top right', {}, async ({ showsCount, page, showsRows, look }) => {
  const search = page.getByRole('searchbox', { name: /Search customers/ });
  const box = await search.boundingBox();
  assert.ok(box.x > 720 && box.y < 200, 'the search is at the top right');
  await search.fill('backerei');
  await showsRows(['Bäckerei Müller']);
  await search.fill('aerztenord.example');
  await showsRows(['Ärzte Nord eG']);
  await search.fill('7200009');
  await showsRows(['Juniper Joinery']);
  await search.fill('%');
  await page.getByText(/^No customer with a change matches/).waitFor();
  await look('empty search');
  await page.getByRole('button', { name: 'Show all changes' }).click();
  await showsCount(15);
});

const optional = {
  Website: ['cobaltcycling.example'],
  'Hub ID': ['7200003'],
  'Renewal start date': [],
  'Max contacts': ['2,000'],
  'Email limit': ['20,000'],
  'Billing frequency': ['Annually'],
  'Subscription term': ['12 months'],
  'Current MRR': ['890.00', 'USD'],
  'Estimated new MRR': ['1,150.00', '+260.00'],
};

journey('I add each optional column of the article, and remove them again', { role: 'VIEWER' }, async ({ page, table, row, look }) => {
  const configure = page.getByRole('button', { name: 'Configure columns' });
  const box = await configure.boundingBox();
  assert.ok(box.x > 1100, 'the button is at the top right');
  await configure.click();
  const dialog = page.getByRole('dialog', { name: 'Configure columns' });
  await look('columns');
  for (const label of Object.keys(optional)) await dialog.getByRole('checkbox', { name: label, exact: true }).check();
  await dialog.getByRole('button', { name: 'Save columns' }).click();
  await dialog.waitFor({ state: 'hidden' });
  for (const label of Object.keys(optional)) await table.getByRole('columnheader', { name: label, exact: true }).waitFor();
  assert.equal(await table.getByRole('columnheader').count(), 15);
  const shown = await row('Cobalt Cycling').innerText();
  for (const texts of Object.values(optional)) for (const text of texts) assert.ok(shown.includes(text), `${text} is missing in ${shown}`);
  await row('Ärzte Nord eG').getByText('10 Jan 2027').waitFor();
  await row('Nimbus Networks').getByText('Other (3) months').waitFor();
  await row('Juniper Joinery').getByText('Quarterly').waitFor();
  await row('Mango Monthly').getByText('Monthly', { exact: true }).waitFor();
  await row('Kestrel Kites').getByText('Semi-annually').waitFor();
  await look('table of all columns');

  // They are the user's, not the page's: they are there after a reload.
  await page.reload();
  await table.getByRole('columnheader', { name: 'Website' }).waitFor();
  await configure.click();
  for (const label of Object.keys(optional)) await dialog.getByRole('checkbox', { name: label, exact: true }).uncheck();
  await dialog.getByRole('button', { name: 'Save columns' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await table.getByRole('columnheader', { name: 'Website' }).waitFor({ state: 'hidden' });
  assert.deepEqual(await table.getByRole('columnheader').allInnerTexts(), [
    'Customer name',
    'Communication owner',
    'Primary contact',
    'Contract type',
    'Status',
    'Renewal deadline',
  ]);
});

journey('I cannot remove locked columns, but I can move them, by buttons and by dragging', {}, async ({ page, table }) => {
  await page.getByRole('button', { name: 'Configure columns' }).click();
  const dialog = page.getByRole('dialog', { name: 'Configure columns' });
  for (const label of ['Customer name', 'Communication owner', 'Contract type', 'Status', 'Renewal deadline'])
    assert.ok(await dialog.getByRole('checkbox', { name: new RegExp(`^${label}`) }).isDisabled(), `${label} is not locked`);
  await dialog.getByRole('searchbox', { name: 'Search columns' }).fill('stat');
  assert.equal(await dialog.getByRole('checkbox').count(), 1);
  await dialog.getByRole('searchbox', { name: 'Search columns' }).fill('');
  await dialog.getByRole('button', { name: 'Move Status up' }).click();
  await dialog.getByRole('button', { name: 'Move Status up' }).click();
  await dialog.getByText('Status: place 3 of 6').waitFor({ state: 'attached' });

  const grip = (column) => dialog.locator(`[data-column=${column}] .grip`);
  const from = await grip('renewalDeadline').boundingBox();
  const to = await grip('communicationOwner').boundingBox();
  await page.mouse.move(from.x + 4, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x + 4, to.y + to.height / 2 + 4, { steps: 12 });
  await page.mouse.move(to.x + 4, to.y + 2, { steps: 4 });
  await page.mouse.up();
  await dialog.getByRole('button', { name: 'Save columns' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await page.waitForFunction(() => document.querySelectorAll('table.rows th[scope=col]')[1]?.innerText === 'Renewal deadline');
  assert.deepEqual(await table.getByRole('columnheader').allInnerTexts(), [
    'Customer name',
    'Renewal deadline',
    'Communication owner',
    'Status',
    'Primary contact',
    'Contract type',
  ]);
});

journey('I point at a name and end the association: its rows are gone at once, and nobody is mailed any more', {}, async (visit) => {
  const { page, row, requestsOf, world, look } = visit;
  const count = async () => await page.locator('.summary').innerText();
  assert.match(await count(), /^15 changes/);
  // Not by its role: what is hidden has none.
  const end = row('Cobalt Cycling').locator('button.end');
  const isSeen = async () => await end.evaluate((button) => button.checkVisibility({ visibilityProperty: true }));
  await page.mouse.move(5, 5);
  assert.equal(await isSeen(), false, 'it is not shown before');
  await row('Cobalt Cycling').getByRole('link', { name: 'Cobalt Cycling' }).hover();
  assert.equal(await isSeen(), true);
  await row('Cobalt Cycling').getByRole('button', { name: 'End association with Cobalt Cycling' }).waitFor();
  await look('end association, offered');
  await end.click();
  const dialog = page.getByRole('dialog', { name: 'End the association with Cobalt Cycling?' });
  await dialog.getByText(/Nobody gets e-mails/).waitFor();
  await look('end association');
  const requests = await requestsOf(async () => {
    await dialog.getByRole('button', { name: 'End association' }).click();
    await row('Cobalt Cycling').waitFor({ state: 'hidden' });
    await page.getByText('The association with Cobalt Cycling has ended.').first().waitFor();
  });
  assert.equal(requests.length, 1);
  assert.match(await count(), /^14 changes/);
  await look('association ended');
  // Mail that was planned is checked again when it is sent.
  const { nodes } = await world.api
    .query({ reminders: { $: { first: 100 }, nodes: { state: true, customer: { name: true }, reason: true } } })
    .then(({ reminders }) => reminders);
  assert.deepEqual(
    nodes.filter(({ customer, state }) => customer?.name === 'Cobalt Cycling' && state === 'SENT'),
    [],
  );
});
