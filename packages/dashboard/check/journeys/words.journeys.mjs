// What the page says before and after acts, and where it leads back to.
import assert from 'node:assert/strict';
import { journey } from '../stage.mjs';

const more = (row, customer, name = `More about ${customer}`) => row(customer).getByRole('button', { name });

/** The words of what has the focus, and whether Enter would do what the dialog asks about. */
const focused = async (page) =>
  await page.evaluate(() => {
    const { textContent, className } = document.activeElement;
    return { text: textContent, confirms: /\b(main|bad)\b/.test(className) };
  });

journey('Enter alone confirms nothing that a dialog asks me about', {}, async ({ page, row, world }) => {
  const assertAsks = async (what) => {
    await page.getByRole('dialog').waitFor();
    const { text, confirms } = await focused(page);
    assert.ok(!confirms, `${what}: ${text} has the focus`);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  };
  await more(row, 'Cobalt Cycling').click();
  await page.getByRole('menuitem', { name: /^Accept/ }).click();
  await assertAsks('accept');
  await more(row, 'Ärzte Nord eG').click();
  await page.getByRole('menuitem', { name: /^Request cancellation/ }).click();
  await assertAsks('cancel');
  await more(row, 'Mango Monthly').click();
  await page.getByRole('menuitem', { name: /^Request cancellation for 8 Feb 2027/ }).click();
  await assertAsks('cancel later');
  await more(row, 'Delta Dental').click();
  await page.getByRole('menuitem', { name: /^End association/ }).click();
  await assertAsks('end');
  await row('Cobalt Cycling').getByText('Pending').waitFor();

  await world.api.createSavedView({
    name: 'Mine',
    isShared: true,
    columns: ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE'],
  });
  await page.reload();
  await page.getByRole('link', { name: /^Mine/ }).click();
  await page.getByRole('button', { name: 'Actions of the view Mine' }).click();
  await page.getByRole('menuitem', { name: /^Delete/ }).click();
  await assertAsks('delete a view');
  await page.goto('/settings/users');
  await page.getByRole('button', { name: 'Remove Mika Lang' }).click();
  await assertAsks('remove a user');
  await page.goto('/settings/keys');
  await page
    .getByRole('button', { name: /^Revoke/ })
    .first()
    .click();
  await assertAsks('revoke a key');
});
