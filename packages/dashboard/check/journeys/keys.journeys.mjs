// Whoever uses no mouse is as quick, and whatever the size of the window, nothing moves or is covered.
import assert from 'node:assert/strict';
import { actsAreLoaded, journey } from '../stage.mjs';
import { lockedColumns } from '../worlds.mjs';

journey(
  'By keyboard, with at most 40 keys, I become the owner of three customers, and undo it',
  { at: '/?sort=CUSTOMER_NAME' },
  async ({ page, row, world, look }) => {
    await actsAreLoaded(page);
    let count = 0;
    const press = async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
      count += keys.length;
    };
    const isFocused = async (name) => await page.waitForFunction((text) => document.activeElement?.textContent === text, name);
    // Over the header, the search, the views and the filters.
    await press('Tab', 'Enter');
    await isFocused('Ärzte Nord eG');
    await press('j', 'j', 'j', 'x');
    await page.getByRole('region', { name: 'Acts on the selected customers' }).waitFor();
    await press('ArrowDown', 'x', 'ArrowUp');
    await isFocused('Delta Dental');
    await press('j', 'j', 'x');
    await page.getByText('3 customers selected').first().waitFor();
    await press('o');
    const partner = page.getByRole('menuitem', { name: /^Partner/ });
    await partner.waitFor();
    await press('Enter');
    const told = page.locator('.toast', { hasText: '3 customers changed: Partner.' });
    await told.waitFor();
    for (const customer of ['Delta Dental', 'Fjord Fisch', 'Granite Gym']) await row(customer).getByText('set by hand').waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.closest('tbody')), 'the focus is back in the rows');
    // To the message, and back to where I was.
    await press('F6');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Undo');
    await press('Enter');
    await page.getByText('3 customers as before.').first().waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.closest('tbody')), 'the focus is where it was');
    assert.ok(count <= 40, `${count} keys`);
    console.log(`Three customers by keyboard, with undo: ${count} keys.`);
    const { customer } = await world.api.query({
      customer: { $: { by: { id: world.idOf('Delta Dental') } }, association: { communicationOwnerSource: true } },
    });
    assert.equal(customer.association.communicationOwnerSource, 'VENDOR_DEFAULT');

    await press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Select the customer of the row').waitFor();
    await look('keyboard shortcuts');
    await press('Escape', '/');
    await page.keyboard.type('delta');
    await press('Enter');
    await isFocused('Delta Dental');
    // A letter does something in the rows alone.
    await press('m');
    await page.getByRole('menuitem', { name: 'Show details' }).waitFor();
    await press('Escape', 'Tab', '/', 'x');
    assert.equal(await page.getByRole('searchbox').inputValue(), 'x');
  },
);

journey(
  'In windows of any width nothing of a row is cut off, and nothing covers the name of a customer',
  {},
  async ({ page, row, look }) => {
    const money = '/?columns=customerName,communicationOwner,primaryContact,contractType,status,renewalDeadline,currentMrr,estimatedNewMrr';
    const cases = [
      ['en', 1440, 900, '/'],
      ['en', 1024, 700, '/'],
      ['de', 1024, 700, '/'],
      ['de', 1440, 900, money],
      // What 200 % zoom leaves of 1440 × 900.
      ['de', 720, 450, money],
    ];
    for (const [language, width, height, path] of cases) {
      await page.evaluate((chosen) => localStorage.setItem('partner-renewals.language', JSON.stringify(chosen)), language);
      await page.setViewportSize({ width, height });
      await page.goto(path);
      await row('Cobalt Cycling').waitFor();
      const [room, needed] = await page.evaluate(() => {
        const { clientWidth, scrollWidth } = document.querySelector('.table-wrap');
        return [clientWidth, scrollWidth];
      });
      assert.ok(needed <= room, `${language}, ${width} pixels: the table needs ${needed} of ${room}`);
      const covered = await row('Cobalt Cycling').evaluate((element) => {
        const [name, end] = ['.name-cell a', '.name-cell .end'].map((each) => element.querySelector(each).getBoundingClientRect());
        return name.left < end.right && end.left < name.right && name.top < end.bottom && end.top < name.bottom;
      });
      const box = await row('Cobalt Cycling').boundingBox();
      assert.ok(width <= 760 || box.height < 100, `${language}, ${width} pixels: the row is ${box.height} pixels high`);
      assert.ok(!covered, `${language}, ${width} pixels: the name is covered`);
    }
    await look('cards at 200 % zoom');
  },
);

journey('What I point at stays in place when I tick rows and columns', {}, async ({ page, row }) => {
  const placeOf = async (locator) => Math.round((await locator.boundingBox()).y);
  const second = row('Ionic Labs');
  const before = await placeOf(second);
  await row('Fjord Fisch').getByRole('checkbox').check();
  await page.getByText('1 customer selected').first().waitFor();
  assert.equal(await placeOf(second), before, 'the rows stay when the bar comes');
  await page.getByRole('button', { name: 'Configure columns' }).click();
  const item = (label) => page.getByRole('dialog').getByRole('listitem').filter({ hasText: label });
  await item('Current MRR').scrollIntoViewIfNeeded();
  await item('Estimated new MRR').scrollIntoViewIfNeeded();
  const next = await placeOf(item('Estimated new MRR'));
  await item('Current MRR').getByRole('checkbox').click();
  await item('Current MRR').getByRole('button', { name: /up$/ }).waitFor({ state: 'attached' });
  assert.ok(Math.abs((await placeOf(item('Estimated new MRR'))) - next) <= 1, 'the next column stays');
});

/** The current link of a bar, and how much of it is outside of the window, in CSS pixels. */
const currentOf = async (page, bar) =>
  await page
    .getByRole('navigation', { name: bar })
    .locator('[aria-current]')
    .evaluate((link) => {
      const { left, right } = link.getBoundingClientRect();
      return { name: link.textContent, hidden: Math.max(0, -left) + Math.max(0, right - innerWidth) };
    });

journey(
  'On a phone, the view and the part of the settings that I open are in sight, and the first Tab leads over the navigation',
  { isPhone: true, at: null },
  async ({ page, world }) => {
    const opensInSight = async (path, bar, name) => {
      await page.goto(path);
      await page.getByRole('navigation', { name: bar }).getByRole('link', { name }).waitFor();
      const current = await currentOf(page, bar);
      assert.ok(current.name.startsWith(name) && current.hidden < 1, JSON.stringify(current));
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main', path);
    };
    let last;
    for (const name of ['Upgrades of the north', 'Upgrades of the south'])
      ({ savedView: last } = await world.api.createSavedView({
        ...{ name, isShared: true, columns: lockedColumns, filter: { status: { eq: 'PENDING' } } },
      }));
    await opensInSight(`/?view=${last.id}`, 'Views', 'Upgrades of the south');
    await opensInSight('/settings/sessions', 'Settings', 'Sessions');
  },
);
