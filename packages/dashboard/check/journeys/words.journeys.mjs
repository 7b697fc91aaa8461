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

journey(
  'Ein Upgrade lehnt der Kunde ab, und der Vertrag läuft weiter',
  { language: 'de', role: 'MANAGER' },
  async ({ page, row, look }) => {
    await more(row, 'Cobalt Cycling', 'Mehr zu Cobalt Cycling').click();
    assert.equal(await page.getByRole('menuitem', { name: /ündig/ }).count(), 0);
    await page.getByRole('menuitem', { name: 'Kontakt-Upgrade ablehnen …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Lehnt Cobalt Cycling das Kontakt-Upgrade ab?' });
    await dialog.getByText('Der Vertrag läuft zu den heutigen Bedingungen weiter.').waitFor();
    await look('refuse an upgrade');
    await dialog.getByRole('button', { name: 'Ablehnung erfassen' }).click();
    await page.getByText('Erfasst: Cobalt Cycling lehnt das Kontakt-Upgrade ab.').waitFor();
    // The status is a word of the API.
    await row('Cobalt Cycling').getByText('Kündigung beantragt').waitFor();
    await more(row, 'Cobalt Cycling', 'Mehr zu Cobalt Cycling').click();
    await page.getByRole('menuitem', { name: 'Ablehnung zurückziehen' }).click();
    await page.getByText('Erfasst: Cobalt Cycling zieht die Ablehnung zurück.').waitFor();
    await more(row, 'Cobalt Cycling', 'Mehr zu Cobalt Cycling').click();
    await page.getByRole('menuitem', { name: 'Annehmen …' }).click();
    await page.getByText(/Bis 04.12.2026 kann der Kunde das Kontakt-Upgrade noch ablehnen/).waitFor();
    await page.keyboard.press('Escape');
    // A renewal is cancelled.
    await more(row, 'Ärzte Nord eG', 'Mehr zu Ärzte Nord eG').click();
    await page.getByRole('menuitem', { name: 'Kündigung beantragen …' }).click();
    await page.getByRole('dialog', { name: 'Kündigt Ärzte Nord eG?' }).waitFor();
  },
);

journey('Cancelling an upgrade is not cancelling the contract', { role: 'MANAGER' }, async ({ page, row }) => {
  await more(row, 'Cobalt Cycling').click();
  await page.getByRole('menuitem', { name: 'Request cancellation of the contact upgrade …' }).click();
  const dialog = page.getByRole('dialog', { name: 'Does Cobalt Cycling cancel the contact upgrade?' });
  await dialog.getByText('The contract goes on at its terms of today.').waitFor();
  await dialog.getByRole('button', { name: 'Request cancellation of the contact upgrade' }).click();
  await page.getByText('Recorded: Cobalt Cycling requests cancellation of the contact upgrade.').waitFor();
  assert.ok(
    !/at risk/.test(await page.locator('.summary').innerText()) || !/890\.00 at risk/.test(await page.locator('.summary').innerText()),
  );
});

journey('I ask which reminders of a customer come, and read why none does', { at: '/reminders' }, async ({ page, world, look }) => {
  const outlook = page.locator('.outlook');
  for (const [customer, sentence] of [
    ['Opal Outside', /No contract changes in the next 120 days, so no reminder is due/],
    ['Quill & Sons', /Renewal · Renewed · the last day to decide was 25 Nov 2026, so no deadline reminder comes/],
    ['Harbour Hotels', /Renewal · Cancellation requested · the customer has decided, so no deadline reminder comes/],
    ['Granite Gym', /Renewal · Renewed · the customer has decided, so no deadline reminder comes/],
  ]) {
    await page.goto(`/reminders?customer=${encodeURIComponent(world.idOf(customer))}`);
    await outlook.getByText(sentence).waitFor();
    assert.equal(await outlook.getByText(/go out this many days before/).count(), 0, customer);
    // What became of a renewal is mailed after its deadline.
    if (customer !== 'Quill & Sons') {
      await page.getByText(`No reminder about ${customer}`, { exact: true }).waitFor();
      await page.getByText('No deadline reminder is due. Above you see why.').waitFor();
    }
    assert.equal(await page.getByText(/when reminders go out/).count(), 0, customer);
    await look(`no reminder, ${customer.replaceAll(/\W/g, '')}`);
  }
  await page.goto(`/reminders?customer=${encodeURIComponent(world.idOf('Juniper Joinery'))}`);
  await outlook.getByText(/go out this many days before/).waitFor();
  await page.getByText(/Above you see what comes next, and when reminders go out/).waitFor();
});

journey('I look at a customer from the reminders, and come back to them', { at: '/reminders' }, async ({ page, world }) => {
  const address = `/reminders?customer=${encodeURIComponent(world.idOf('Juniper Joinery'))}`;
  await page.goto(address);
  for (const close of [
    () => page.keyboard.press('Escape'),
    () => page.getByRole('dialog').getByRole('button', { name: 'Close' }).click(),
  ]) {
    await page.getByRole('link', { name: 'Details of the customer' }).click();
    await page.getByRole('dialog', { name: 'Juniper Joinery' }).getByRole('heading', { name: 'Timeline' }).waitFor();
    await close();
    await page.getByRole('heading', { level: 1, name: 'Reminders' }).waitFor();
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, address);
    await page.locator('.outlook').getByRole('heading', { name: 'What comes next for Juniper Joinery' }).waitFor();
  }
  // An address that was opened by itself has no page before it.
  await page.goto(`/customers/${encodeURIComponent(world.idOf('Juniper Joinery'))}`);
  await page.getByRole('dialog', { name: 'Juniper Joinery' }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL(/\/$/);
});
