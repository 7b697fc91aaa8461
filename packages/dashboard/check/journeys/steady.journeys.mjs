// What stays where it is while I work: buttons under the pointer, the list, names, and what has the focus.
import assert from 'node:assert/strict';
import { journey } from '../stage.mjs';
import { customers } from '../customers.mjs';

/** The places of the elements that a selector names, in whole pixels. */
const placesOf = async (page, selector) =>
  await page.evaluate(
    (given) =>
      [...document.querySelectorAll(given)]
        .filter((each) => each.checkVisibility())
        .map((each) => {
          const { x, y, width, height } = each.getBoundingClientRect();
          return [each.getAttribute('aria-label') ?? each.textContent.slice(0, 40), ...[x, y, width, height].map(Math.round)].join(' ');
        }),
    selector,
  );

const controls = ':is(.title, .tabs, .bar, .bulk, .updated, thead) :is(button, a, input)';

journey('I press a button of the selection bar, and nothing moves before I let go', {}, async ({ page, row, look }) => {
  await row('Delta Dental').getByRole('checkbox', { name: 'Select Delta Dental' }).check();
  const bar = page.getByRole('region', { name: 'Acts on the selected customers' });
  const focusByKeyboard = async () => {
    await row('Juniper Joinery').getByRole('link', { name: 'Juniper Joinery' }).click();
    await page.getByRole('dialog', { name: 'Juniper Joinery' }).getByRole('heading', { name: 'Timeline' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.textContent === 'Juniper Joinery');
  };
  await focusByKeyboard();
  await look('bulk bar and keys');
  for (const button of [
    bar.getByRole('button', { name: 'Clear selection' }),
    bar.getByRole('button', { name: 'Set communication owner' }),
    page.getByRole('button', { name: 'Due within' }),
    page.getByRole('button', { name: 'Refresh' }),
    page.getByRole('button', { name: 'Configure columns' }),
  ]) {
    const box = await button.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const before = await placesOf(page, controls);
    await page.mouse.down();
    assert.deepEqual(await placesOf(page, controls), before);
    // Let go elsewhere, nothing is pressed.
    await page.mouse.move(600, 5);
    await page.mouse.up();
    await row('Juniper Joinery').getByRole('link', { name: 'Juniper Joinery' }).focus();
    await page.keyboard.press('Shift');
    await focusByKeyboard();
  }
  await bar.getByRole('button', { name: 'Clear selection' }).click();
  await bar.waitFor({ state: 'hidden' });
});

journey('I come back to the list from other pages, and it looks as before', {}, async ({ page, row, showsRows }) => {
  const places = async () => {
    await row('Cobalt Cycling').waitFor();
    const list = await placesOf(page, '.bar, .bar *, .summary, .table-wrap, .table-wrap tbody th, .chip');
    await row('Cobalt Cycling').getByRole('link', { name: 'Cobalt Cycling' }).click();
    await page.getByRole('dialog', { name: 'Cobalt Cycling' }).getByRole('heading', { name: 'Timeline' }).waitFor();
    const drawer = await placesOf(page, 'dialog.drawer :is(.tag, .chip)');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    return { list, drawer };
  };
  await page.getByRole('button', { name: 'Action required' }).click();
  await showsRows(['Cobalt Cycling', 'Ärzte Nord eG', 'Bäckerei Müller']);
  const before = await places();
  assert.ok(before.list.length > 10 && before.drawer.length > 1);
  const navigation = page.getByRole('navigation', { name: 'Pages' }).or(page.getByRole('banner').getByRole('navigation')).first();
  for (const name of ['Reminders', 'Settings']) {
    await navigation.getByRole('link', { name }).click();
    await page.getByRole('heading', { level: 1, name: /./ }).first().waitFor();
    await page.waitForFunction(() => !document.querySelector('.renewals'));
    await page.goBack();
    assert.deepEqual(await places(), before, `after ${name}`);
  }
});

const longNames = [
  { ...customers[0], name: 'Mühlenbäckerei Sonnenschein', host: 'muehlenbaeckerei.example' },
  { ...customers[1], name: 'Kommunikationsgesellschaft', host: 'kommunikation.example' },
  ...customers.slice(2),
];

for (const [language, end] of Object.entries({ en: 'End association', de: 'Zuordnung beenden' }))
  journey(
    `Names stand whole in the table with many columns, until I point at one to end its association (${language})`,
    {
      language,
      world: { stories: longNames },
      at: '/?columns=customerName,communicationOwner,primaryContact,contractType,status,renewalDeadline,currentMrr,estimatedNewMrr',
    },
    async ({ page, row, look }) => {
      await row('Mühlenbäckerei Sonnenschein').waitFor();
      const broken = await page.evaluate(() =>
        [...document.querySelectorAll('.rows tbody th :is(a, .sub)')].flatMap((each) => {
          const text = each.firstChild;
          const words = [...text.data.matchAll(/\S+/g)].filter(({ 0: word, index }) => {
            const range = document.createRange();
            range.setStart(text, index);
            range.setEnd(text, index + word.length);
            return range.getClientRects().length > 1;
          });
          const isCut = each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'hidden';
          return isCut ? [`cut: ${text.data}`] : words.map(([word]) => `broken: ${word}`);
        }),
      );
      assert.deepEqual(broken, []);
      // The button lies over the cell and moves nothing, and does not cover the name.
      const before = await placesOf(page, '.rows tbody :is(th, td, a)');
      await row('Mühlenbäckerei Sonnenschein').hover();
      const button = row('Mühlenbäckerei Sonnenschein').getByRole('button', { name: new RegExp(`^${end}`) });
      await button.waitFor();
      await look('long names');
      assert.deepEqual(await placesOf(page, '.rows tbody :is(th, td, a)'), before);
      const name = await row('Mühlenbäckerei Sonnenschein').getByRole('link', { name: 'Mühlenbäckerei Sonnenschein' }).boundingBox();
      assert.ok((await button.boundingBox()).y >= name.y + name.height - 1, 'the name is not covered');
      await button.click();
      await page.getByRole('dialog').waitFor();
    },
  );

for (const isPhone of [false, true])
  journey(
    `What I did is told over the page, which stays as it is${isPhone ? ', on a phone' : ''}`,
    { isPhone },
    async ({ page, row, look, table }) => {
      const size = () => {
        const { y, height } = document.querySelector('.table-wrap').getBoundingClientRect();
        return [Math.round(y + scrollY), Math.round(height), document.documentElement.scrollHeight];
      };
      const choose = async (customer, owner) => {
        await row(customer)
          .getByRole('button', { name: /^Communication owner/ })
          .click();
        await page.getByRole('menuitemradio', { name: owner }).click();
        await row(customer).getByText('set by hand').waitFor();
      };
      // So that no row changes its height meanwhile.
      await row('Delta Dental').waitFor();
      const before = await page.evaluate(size);
      await choose('Delta Dental', /^Partner/);
      await page.locator('.toast').first().waitFor();
      assert.deepEqual(await page.evaluate(size), before, 'one toast');
      await choose('Juniper Joinery', /^Partner/);
      await choose('Kestrel Kites', /^Partner/);
      await page.locator('.toast', { hasText: 'Kestrel Kites' }).waitFor();
      assert.equal(await page.locator('.toast').count(), 2, 'two at most');
      assert.deepEqual(await page.evaluate(size), before, 'two toasts');
      await look('toasts over the page');
      const last = table.locator('tbody tr').last();
      await last.scrollIntoViewIfNeeded();
      // A bar of acts is beside them, not beneath.
      await row('Delta Dental').getByRole('checkbox', { name: 'Select Delta Dental' }).check();
      await page.getByRole('region', { name: 'Acts on the selected customers' }).waitFor();
      await look('toasts and the selection bar');
      for (const [name, button] of Object.entries({
        'Set communication owner': page.locator('.bulk').getByRole('button', { name: 'Set communication owner' }),
        'Clear selection': page.locator('.bulk').getByRole('button', { name: 'Clear selection' }),
        Refresh: page.getByRole('button', { name: 'Refresh' }),
      }))
        if (name !== 'Refresh' || !isPhone)
          assert.ok(
            await button.evaluate((element) => {
              const { x, y, width, height } = element.getBoundingClientRect();
              return [4, width / 2, width - 4].every((left) => element.contains(document.elementFromPoint(x + left, y + height / 2)));
            }),
            `${name} is covered`,
          );
    },
  );

journey('I tick one column after another, and the boxes wait under the pointer', {}, async ({ page, look }) => {
  await page.getByRole('button', { name: 'Configure columns' }).click();
  const dialog = page.getByRole('dialog', { name: 'Configure columns' });
  const box = (name) => dialog.getByRole('checkbox', { name, exact: true });
  const place = async (name) => Math.round((await box(name).boundingBox()).y);
  const staysPut = async (one, other, why) => {
    for (const name of [other, one]) await box(name).scrollIntoViewIfNeeded();
    const before = await place(other);
    const { x, y, width, height } = await box(one).boundingBox();
    await page.mouse.click(x + width / 2, y + height / 2);
    assert.equal(await place(other), before, why);
  };
  await staysPut('Website', 'Hub ID', 'the first tick');
  await staysPut('Hub ID', 'Renewal start date', 'the second tick');
  await staysPut('Website', 'Hub ID', 'no tick any more');
  await staysPut('Primary contact', 'Hub ID', 'at the top');
  await dialog.getByRole('searchbox').fill('MRR');
  await look('columns searched');
  await staysPut('Current MRR', 'Estimated new MRR', 'a search');
  await staysPut('Estimated new MRR', 'Current MRR', 'a search, the other one');
  await staysPut('Current MRR', 'Estimated new MRR', 'a search, no tick any more');
  await dialog.getByRole('button', { name: 'Save columns' }).click();
  await page.getByText('Columns saved.').waitFor();
});
