// Finding, ordering and keeping lists of changes.
import assert from 'node:assert/strict';
import { journey, openBrowser } from '../stage.mjs';
import { customers } from '../customers.mjs';
import { lockedColumns } from '../worlds.mjs';

journey('I find what must be decided this week', { role: 'VIEWER' }, async ({ page, showsRows, look }) => {
  await page.getByRole('link', { name: /^This week/ }).click();
  await showsRows(['Ärzte Nord eG', 'Rhönrad Reisen', 'Bäckerei Müller']);
  await look('this week');
  await page.getByRole('link', { name: /^To decide/ }).click();
  // Overages and upgrades have no deadline, and come last.
  await showsRows(['Ärzte Nord eG', 'Bäckerei Müller', 'Cobalt Cycling']);
  await page.getByRole('link', { name: /^At risk/ }).click();
  await showsRows(['Harbour Hotels']);
});

journey(
  'I narrow the list by filters, and a copied link shows a colleague the same',
  {},
  async ({ showsCount, page, showsRows, world, look, context }) => {
    await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Status' }).click();
    await page.getByRole('checkbox', { name: 'Pending' }).check();
    await look('status filter');
    await page.keyboard.press('Escape');
    await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Owner' }).click();
    await page.getByRole('radio', { name: 'Vendor' }).click();
    await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Type' }).click();
    await page.getByRole('checkbox', { name: 'Renewal' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'No contact' }).click();
    const expected = ['Rhönrad Reisen', 'Delta Dental', 'Kestrel Kites'];
    await showsRows(expected);
    await page.getByRole('button', { name: 'Due within' }).click();
    await page.getByRole('radio', { name: '14 days' }).check();
    await page.keyboard.press('Escape');
    await showsRows(expected.slice(0, 2));
    await page.getByRole('searchbox', { name: /Search customers/ }).fill('rhon');
    await showsRows(['Rhönrad Reisen']);
    const link = page.url();

    const colleague = await openBrowser({ role: 'VIEWER', world, name: 'a colleague' });
    try {
      await colleague.open(link);
      await colleague.showsRows(['Rhönrad Reisen']);
      await colleague.page.getByRole('button', { name: 'Status: Pending' }).waitFor();
      colleague.assertQuiet();
    } finally {
      await colleague.context.close();
    }
    // The back button goes back by what was done.
    await page.goBack();
    await showsRows(expected.slice(0, 2));
    await page.goBack();
    await showsRows(expected);
    await page.getByRole('button', { name: 'Clear all' }).click();
    await showsCount(15);
    void context;
  },
);

journey('I sort by a column, then by two more', {}, async ({ page, table, showsRows, customers: shown, requestsOf, look }) => {
  const heading = (name) => table.getByRole('columnheader', { name: new RegExp(`^${name}`) });
  const sort = (name) => heading(name).getByRole('button');
  const asksForTotals = async (name, first) => {
    const requests = await requestsOf(async () => {
      await sort(name).click();
      await page.waitForFunction((text) => document.querySelector('table.rows tbody th a')?.textContent === text, first);
    });
    return requests.map((query) => query.includes('upcomingContractChangesSummary'));
  };
  // Another order has the same totals, and of a large list they are the dear part.
  assert.deepEqual(await asksForTotals('Customer name', 'Ärzte Nord eG'), [false]);
  assert.equal(await heading('Customer name').getAttribute('aria-sort'), 'ascending');
  assert.deepEqual((await shown()).slice(0, 3), ['Ärzte Nord eG', 'Bäckerei Müller', 'Cobalt Cycling']);
  // Others may have changed them after a minute.
  await page.clock.setFixedTime(Date.now() + 61_000);
  assert.deepEqual(await asksForTotals('Customer name', 'Rhönrad Reisen'), [true]);
  assert.equal(await heading('Customer name').getAttribute('aria-sort'), 'descending');
  // The third click goes back to the usual order.
  await sort('Customer name').click();
  await page.waitForFunction(() => document.querySelector('table.rows tbody th a')?.textContent === 'Fjord Fisch');

  await sort('Status').click();
  await sort('Communication owner').click({ modifiers: ['Shift'] });
  await sort('Customer name').click({ modifiers: ['Shift'] });
  await sort('Customer name').click({ modifiers: ['Shift'] });
  await showsRows([
    ...['Quill & Sons', 'Nimbus Networks', 'Granite Gym', 'Fjord Fisch', 'Mango Monthly', 'Ionic Labs'],
    ...['Rhönrad Reisen', 'Lumen Lighting', 'Kestrel Kites', 'Juniper Joinery', 'Delta Dental'],
    ...['Cobalt Cycling', 'Bäckerei Müller', 'Ärzte Nord eG', 'Harbour Hotels'],
  ]);
  assert.match(page.url(), /sort=STATUS,COMMUNICATION_OWNER,-CUSTOMER_NAME/);
  await look('sorted by three');
});

journey(
  'I add the MRR columns and save that as a view, rename it, and delete it',
  { role: 'VIEWER' },
  async ({ page, table, look, customers: shown }) => {
    await page.getByRole('button', { name: 'Configure columns' }).click();
    const columns = page.getByRole('dialog', { name: 'Configure columns' });
    for (const label of ['Current MRR', 'Estimated new MRR']) await columns.getByRole('checkbox', { name: label }).check();
    await columns.getByRole('button', { name: 'Save columns' }).click();
    await columns.waitFor({ state: 'hidden' });
    await table.getByRole('columnheader', { name: 'Current MRR' }).getByRole('button').click();
    await page.waitForURL(/sort=CURRENT_MRR/);
    await page.getByRole('button', { name: 'Save view' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save view' });
    await dialog.getByLabel('Name of the view').fill('Money');
    assert.equal(await dialog.getByText('Share with all users').count(), 0, 'a viewer may not share');
    await look('save view');
    await dialog.getByRole('button', { name: 'Save view' }).click();
    const tab = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Money/ });
    await tab.waitFor();
    assert.equal(await tab.getAttribute('aria-current'), 'page');
    const rows = await shown();

    await page.getByRole('link', { name: /^At risk/ }).click();
    await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 1);
    await tab.click();
    await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 15);
    assert.deepEqual(await shown(), rows);
    await table.getByRole('columnheader', { name: 'Estimated new MRR' }).waitFor();

    const actions = page.getByRole('button', { name: /^Actions of the view/ });
    await actions.click();
    await look('view actions');
    await page.getByRole('menuitem', { name: /^Rename/ }).click();
    await page.getByRole('dialog').getByLabel('Name of the view').fill('Umsatz');
    await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
    const renamed = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Umsatz/ });
    await renamed.waitFor();
    await actions.click();
    await page.getByRole('menuitem', { name: /^Delete/ }).click();
    await look('delete view');
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await renamed.waitFor({ state: 'hidden' });
    await page.getByText('The view Umsatz is deleted.').first().waitFor();
  },
);

journey('I share a view and let everybody open the page with it; each can choose another', {}, async ({ page, showsRows, world, look }) => {
  await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Status' }).click();
  await page.getByRole('checkbox', { name: 'Cancellation requested' }).check();
  await page.keyboard.press('Escape');
  await showsRows(['Harbour Hotels']);
  await page.getByRole('button', { name: 'Save view' }).click();
  const dialog = page.getByRole('dialog', { name: 'Save view' });
  await dialog.getByLabel('Name of the view').fill('Losing');
  await dialog.getByRole('checkbox', { name: /^Share with all users/ }).check();
  await dialog.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('button', { name: 'Actions of the view Losing' }).click();
  await page.getByRole('menuitem', { name: 'Open first, for everyone' }).click();
  await page.getByText('Losing opens first from now on.').first().waitFor();
  await look('views');

  const colleague = await openBrowser({ role: 'VIEWER', world, name: 'a colleague' });
  try {
    const { page: other, graphql } = colleague;
    await colleague.open('/');
    await colleague.showsRows(['Harbour Hotels']);
    await other.getByRole('link', { name: /^Losing/ }).waitFor();
    const asked = graphql.length;
    await other.reload();
    await colleague.showsRows(['Harbour Hotels']);
    assert.equal(graphql.length - asked, 1, 'the default view is remembered, so that the first paint stays one request');
    await other.getByRole('link', { name: /^All/ }).click();
    await colleague.showsCount(15);
    colleague.assertQuiet();
  } finally {
    await colleague.context.close();
  }
});

const many = Array.from({ length: 210 }, (_, index) => ({
  name: `Kunde ${String(index).padStart(3, '0')}`,
  host: `kunde${index}.example`,
  renewal: 30 + (index % 60),
  mrr: '100.00',
  people: [],
}));

journey(
  'I scroll through hundreds of rows as through one list',
  { world: { stories: many }, at: '/?sort=CUSTOMER_NAME' },
  async ({ showsCount, page, table, graphql }) => {
    const wrapper = page.locator('.table-wrap');
    const count = async () => await table.locator('tbody tr').count();
    assert.ok((await count()) <= 100, 'the first page is short');
    await showsCount(210);
    await wrapper.hover();
    const last = table.getByRole('link', { name: 'Kunde 209', exact: true });
    const seen = async () => await last.count();
    for (let turns = 0; turns < 60 && !(await seen()); turns += 1) {
      const before = await count();
      await page.mouse.wheel(0, 6000);
      await page.waitForFunction(
        ([rows]) => {
          const element = document.querySelector('.table-wrap');
          return (
            document.querySelectorAll('table.rows tbody tr').length !== rows ||
            element.scrollTop + element.clientHeight > element.scrollHeight - 900
          );
        },
        [before],
      );
    }
    await last.waitFor();
    await page.getByText('End of the list: 210 rows').waitFor();
    const names = await table.locator('tbody th a').allTextContents();
    assert.equal(new Set(names).size, names.length, 'no row comes twice');
    assert.deepEqual(
      names,
      [...names].sort((one, other) => one.localeCompare(other)),
    );
    assert.ok(graphql.length <= 10, `${graphql.length} requests`);
  },
);

journey('I go through the customers of my list one after another in the drawer', { at: '/?sort=CUSTOMER_NAME' }, async ({ page, row }) => {
  await row('Bäckerei Müller').getByRole('link', { name: 'Bäckerei Müller' }).click();
  await page.getByRole('dialog', { name: 'Bäckerei Müller' }).waitFor();
  await page.getByRole('button', { name: 'Next customer of the list' }).click();
  await page.getByRole('dialog', { name: 'Cobalt Cycling' }).getByText('Hub ID 7200003').waitFor();
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByRole('dialog', { name: 'Ärzte Nord eG' }).getByText('Hub ID 7200001').waitFor();
  assert.match(page.url(), /\/customers\/.+\?sort=CUSTOMER_NAME$/, 'the list keeps its order');
  await page.goBack();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  assert.match(page.url(), /\/\?sort=CUSTOMER_NAME$/);
});

journey(
  'I have no customers yet, and the page says what it will show',
  { world: { stories: [customers.at(-3)] } },
  async ({ page, look }) => {
    await page.getByText('No contract changes in the next 120 days.').waitFor();
    await page.getByText(/Ask whoever runs this server to import them/).waitFor();
    await look('empty');
    await page.getByRole('link', { name: /^To decide/ }).click();
    await page.getByText('Nothing waits for your decision.').waitFor();
    await page.getByRole('link', { name: 'Show all changes' }).click();
    await page.getByText('No contract changes in the next 120 days.').waitFor();
  },
);

journey(
  'I act in one view, and the counts of the others follow, without a further request',
  { role: 'MANAGER' },
  async ({ page, row, world, requestsOf }) => {
    await world.api.createSavedView({
      ...{ name: 'Without contact', isShared: true, columns: lockedColumns, filter: { hasPrimaryContact: false } },
    });
    await page.reload();
    const views = page.getByRole('navigation', { name: 'Views' });
    const counts = async () =>
      await views.getByRole('link').evaluateAll((links) => links.map((link) => link.innerText.replace(/\s+/g, ' ')));
    // Each view is read once.
    const open = async (name, rows) => {
      await views.getByRole('link', { name }).click();
      await page.waitForFunction((count) => document.querySelector('.summary').innerText.startsWith(`${count} `), rows);
    };
    await open(/^This week/, 3);
    await open(/^Without contact/, 5);
    await open(/^To decide/, 3);
    assert.deepEqual(await counts(), ['All 15', 'To decide 3', 'This week 3', 'At risk 1', 'Without contact 5 shared']);

    const requests = await requestsOf(async () => {
      await row('Ärzte Nord eG').getByRole('button', { name: 'More about Ärzte Nord eG' }).click();
      await page.getByRole('menuitem', { name: /^Request cancellation/ }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Request cancellation/ })
        .click();
      await page.getByText('Recorded: Ärzte Nord eG requests cancellation.').waitFor();
      await page.waitForFunction(() => /At risk\s*2/.test(document.querySelector('.tabs').innerText));
    });
    assert.equal(requests.length, 1);
    assert.deepEqual(await counts(), ['All 15', 'To decide 2', 'This week 2', 'At risk 2', 'Without contact 5 shared']);
    // They are those that the API counts.
    for (const [name, rows] of [
      [/^This week/, 2],
      [/^At risk/, 2],
      [/^All/, 15],
    ])
      await open(name, rows);
  },
);

journey(
  'I have more views than fit: the page opens with one request, and shows the others when I ask',
  { at: null },
  async ({ page, table, world, graphql }) => {
    let last;
    for (let index = 10; index < 30; index += 1)
      ({ savedView: last } = await world.api.createSavedView({
        ...{ name: `View ${index}`, isShared: true, columns: [...lockedColumns, 'CURRENT_MRR'], filter: { status: { eq: 'PENDING' } } },
      }));
    const views = page.getByRole('navigation', { name: 'Views' });
    await page.goto(`/?view=${last.id}`);
    await table.getByRole('columnheader', { name: 'Current MRR' }).waitFor();
    const tab = views.getByRole('link', { name: /^View 29/ });
    await tab.waitFor();
    assert.equal(await tab.getAttribute('aria-current'), 'page');
    assert.equal(graphql.length, 1);
    assert.equal(await views.getByRole('link', { name: /^View 28/ }).count(), 0);
    await views.getByRole('button', { name: 'More views' }).click();
    await views.getByRole('link', { name: /^View 28/ }).click();
    assert.equal(await views.getByRole('link', { name: /^View/ }).count(), 20);
    await page.getByRole('button', { name: 'Actions of the view View 28' }).waitFor();
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByText('Updated just now').waitFor();
    assert.equal(await views.getByRole('link', { name: /^View/ }).count(), 20, 'they stay when the page reads again');
    // One that does not exist is told as before.
    await page.goto(`/?view=${last.id.slice(0, -1)}${last.id.endsWith('0') ? '1' : '0'}`);
    await page.getByText('This view does not exist any more, or is not shared with you.').waitFor();
  },
);
