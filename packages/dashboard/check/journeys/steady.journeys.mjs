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
