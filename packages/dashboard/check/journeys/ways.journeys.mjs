// The same page in another language, in the dark, on a phone, and by keyboard alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { actsAreLoaded, journey } from '../stage.mjs';

journey('Ich arbeite auf Deutsch, mit den Wörtern des Artikels', { language: 'de' }, async ({ page, table, row, look }) => {
  await page.getByRole('heading', { level: 1, name: 'Bevorstehende Verlängerungen' }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  assert.deepEqual(await table.getByRole('columnheader').allInnerTexts(), [
    'Kundenname',
    'Kommunikations-Bearbeiter',
    'Primärer Kundenkontakt',
    'Vertragsart',
    'Status',
    'Verlängerungs-Enddatum',
  ]);
  for (const [customer, texts] of Object.entries({
    'Granite Gym': ['Verlängerung', 'Verlängert'],
    'Ionic Labs': ['Überziehung des E-Mail-Volumens', 'Bestätigt'],
    'Cobalt Cycling': ['Kontakt-Upgrade', 'Ausstehend'],
    'Harbour Hotels': ['Kündigung beantragt'],
  }))
    for (const text of texts) assert.ok((await row(customer).innerText()).includes(text), `${customer}: ${text} is missing`);
  await look('table');
  await page.getByRole('button', { name: 'Spalten konfigurieren' }).click();
  const dialog = page.getByRole('dialog', { name: 'Spalten konfigurieren' });
  for (const label of [
    'Website',
    'Hub-ID',
    'Verlängerungs-Startdatum',
    'Rechnungshäufigkeit',
    'Abonnementzeitraum',
    'Aktueller MRR',
    'Geschätzter neuer MRR',
  ])
    await dialog.getByRole('checkbox', { name: label, exact: true }).check();
  await look('columns');
  await dialog.getByRole('button', { name: 'Spalten speichern' }).click();
  await row('Ärzte Nord eG').getByText('1.390,00').waitFor();
  await row('Nimbus Networks').getByText('Sonstige (3) Monate').waitFor();
  await row('Ärzte Nord eG').getByText('10.01.2027').waitFor();
  await row('Ärzte Nord eG').getByRole('link', { name: 'Ärzte Nord eG' }).click();
  await page.getByRole('dialog', { name: 'Ärzte Nord eG' }).getByRole('heading', { name: 'Verlauf' }).waitFor();
  await look('drawer');
  await page.keyboard.press('Escape');
  await row('Cobalt Cycling').getByRole('link', { name: 'Cobalt Cycling' }).hover();
  await row('Cobalt Cycling')
    .getByRole('button', { name: /^Zuordnung beenden/ })
    .click();
  await page.getByRole('dialog', { name: 'Zuordnung zu Cobalt Cycling beenden?' }).waitFor();
  await look('end association');
});

journey('I switch to German and to dark, and both stay after a reload', { role: 'VIEWER' }, async ({ page }) => {
  await page.getByRole('button', { name: /Language: English/ }).click();
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
  await page.getByRole('heading', { level: 1, name: 'Bevorstehende Verlängerungen' }).waitFor();
  await page.getByRole('columnheader', { name: 'Kundenname' }).waitFor();
  await page.getByRole('button', { name: /Konto: Vera Winter/ }).click();
  await page.getByRole('menuitemradio', { name: 'Dunkel' }).click();
  const isDark = () => {
    const [red, green, blue] = getComputedStyle(document.documentElement).backgroundColor.match(/\d+/g).map(Number);
    const body = getComputedStyle(document.body).backgroundColor.match(/\d+/g)?.map(Number) ?? [];
    return Math.min(red + green + blue || 765, body[0] + body[1] + body[2] || 765) < 200;
  };
  assert.ok(await page.evaluate(isDark));
  await page.reload();
  await page.getByRole('columnheader', { name: 'Kundenname' }).waitFor();
  assert.ok(await page.evaluate(isDark));
});

journey(
  'I do it all on a phone: rows are cards, and nothing is cut off',
  { isPhone: true },
  async ({ page, row, table, look, customers: shown }) => {
    await row('Ärzte Nord eG').getByText('Last day today').waitFor();
    await look('table');
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('main *')]
        .filter((each) => each.checkVisibility() && each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1)
        .filter((each) => ['hidden', 'clip'].includes(getComputedStyle(each).overflowX) && !each.closest('.visually-hidden'))
        .map((each) => each.outerHTML.slice(0, 160)),
    );
    assert.deepEqual(cut, []);
    const card = await row('Ärzte Nord eG').boundingBox();
    assert.ok(card.height > 120 && card.width > 340, 'a row is a card');
    await row('Delta Dental')
      .getByRole('button', { name: /^Communication owner/ })
      .tap();
    await page.getByRole('menuitemradio', { name: /^Partner/ }).tap();
    await row('Delta Dental').getByText('set by hand').waitFor();
    await page.getByRole('searchbox', { name: /Search customers/ }).fill('cobalt');
    await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 1);
    await row('Cobalt Cycling').getByRole('button', { name: 'More about Cobalt Cycling' }).tap();
    await look('row menu');
    await page.getByRole('menuitem', { name: 'Show details' }).tap();
    const drawer = page.getByRole('dialog', { name: 'Cobalt Cycling' });
    await drawer.getByRole('heading', { name: 'Timeline' }).waitFor();
    await look('drawer');
    await drawer.getByRole('button', { name: 'Close' }).tap();
    await page.getByRole('searchbox', { name: /Search customers/ }).fill('');
    await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 15);
    await page.getByRole('button', { name: /^Sort by/ }).tap();
    await page.getByRole('menuitemradio', { name: 'Customer name' }).tap();
    await page.waitForFunction(() => document.querySelector('table.rows tbody th a')?.textContent === 'Ärzte Nord eG');
    assert.equal((await shown())[1], 'Bäckerei Müller');
    await page.getByRole('button', { name: 'Configure columns' }).tap();
    await page.getByRole('dialog', { name: 'Configure columns' }).waitFor();
    await look('columns');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Menu' }).tap();
    await page.getByRole('menu').waitFor();
    await look('menu');
    await page.getByRole('menuitem', { name: 'Settings' }).tap();
    await page.getByText('Reminders come by e-mail to').waitFor();
    await look('my reminders');
    await page.goto('/settings/users');
    await page.getByRole('button', { name: 'Create a user' }).waitFor();
    await look('users');
    await page.goto('/reminders');
    await page.getByRole('heading', { level: 1, name: 'Reminders' }).waitFor();
    await look('reminders');
    void table;
  },
);

journey('Auf dem Telefon auf Deutsch passen auch lange Wörter', { isPhone: true, language: 'de' }, async ({ page, row, look }) => {
  await row('Ionic Labs').getByText('Überziehung des E-Mail-Volumens').waitFor();
  await look('table');
  await row('Ärzte Nord eG')
    .getByRole('button', { name: /^Mehr zu/ })
    .tap();
  await page.getByRole('menuitem', { name: /^Kündigung beantragen/ }).tap();
  await page.getByRole('dialog').waitFor();
  await look('cancel');
});

/** Asserts that the element with the focus is seen, and shows that it has it. */
async function assertFocusIsSeen(page, what) {
  const seen = await page.evaluate(() => {
    const element = document.activeElement;
    const { left, top, width, height } = element.getBoundingClientRect();
    const points = [
      [left + width / 2, top + height / 2],
      [left + 2, top + 2],
      [left + width - 2, top + height - 2],
    ];
    const isUncovered = points.every(([x, y]) => {
      const at = document.elementFromPoint(x, y);
      return at !== null && (element.contains(at) || at.contains(element) || at.closest('label') === element.closest('label'));
    });
    const ringed = [element, element.closest('label'), element.parentElement].filter(Boolean);
    const hasRing = ringed.some((each) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
      return (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
    });
    return { element: element.outerHTML.slice(0, 120), isUncovered, hasRing };
  });
  assert.ok(seen.isUncovered && seen.hasRing, `${what}: ${JSON.stringify(seen)}`);
}

journey(
  'I do it all by keyboard: search, open, change the owner, close, and the focus is where I was',
  {},
  async ({ page, row, showsRows, look }) => {
    const { keyboard } = page;
    await keyboard.press('Tab');
    await assertFocusIsSeen(page, 'the link over the navigation');
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('href')), '#main');
    await keyboard.press('/');
    await keyboard.type('delta');
    await showsRows(['Delta Dental']);
    await assertFocusIsSeen(page, 'the search');
    // On from the search to the name.
    const name = row('Delta Dental').getByRole('link', { name: 'Delta Dental' });
    const isOn = async (locator) => await locator.evaluate((element) => element === document.activeElement);
    for (let steps = 0; steps < 40 && !(await isOn(name)); steps += 1) {
      await keyboard.press('Tab');
      await assertFocusIsSeen(page, `step ${steps}`);
    }
    assert.ok(await isOn(name), 'the name is reached');
    await keyboard.press('Enter');
    const drawer = page.getByRole('dialog', { name: 'Delta Dental' });
    const owner = drawer.getByRole('button', { name: /^Communication owner/ });
    await owner.waitFor();
    for (let steps = 0; steps < 12 && !(await isOn(owner)); steps += 1) {
      await keyboard.press('Tab');
      await assertFocusIsSeen(page, `in the drawer, step ${steps}`);
    }
    await keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await keyboard.press('Home');
    await assertFocusIsSeen(page, 'the menu');
    await keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });
    assert.ok(await isOn(owner), 'Esc gives the focus back');
    // The browser hides a menu a moment before the page knows.
    await drawer.getByRole('button', { name: /^Communication owner/, expanded: false }).waitFor();
    await keyboard.press('ArrowDown');
    await page.getByRole('menu').waitFor();
    await keyboard.press('p');
    await keyboard.press('Enter');
    await drawer.getByText('set by hand').waitFor();
    assert.ok(await isOn(drawer.getByRole('button', { name: /^Communication owner/ })), 'the focus stays on what was changed');
    await look('drawer after a change by keyboard');
    await keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await page.waitForFunction(() => document.activeElement?.textContent === 'Delta Dental');
    await assertFocusIsSeen(page, 'the name again');

    await keyboard.press('/');
    await keyboard.press('Escape');
    await page.waitForFunction(() => document.querySelectorAll('table.rows tbody tr').length === 15);
  },
);

journey('By keyboard, no heading covers what has the focus, forwards and backwards through all rows', {}, async ({ page, row }) => {
  await row('Fjord Fisch').getByRole('link', { name: 'Fjord Fisch' }).focus();
  const onName = async () => await page.evaluate(() => document.activeElement.closest('th')?.innerText.split('\n')[0] ?? '');
  const seen = new Set();
  for (let steps = 0; steps < 120 && !seen.has('Kestrel Kites'); steps += 1) {
    await page.keyboard.press('Tab');
    await assertFocusIsSeen(page, `forwards, step ${steps}`);
    seen.add(await onName());
  }
  for (let steps = 0; steps < 120 && !seen.has('Fjord Fisch'); steps += 1) {
    await page.keyboard.press('Shift+Tab');
    await assertFocusIsSeen(page, `backwards, step ${steps}`);
    seen.add(await onName());
  }
  assert.ok(seen.has('Fjord Fisch') && seen.has('Kestrel Kites'), [...seen].join(', '));
});

journey('By keyboard, I end an association and choose columns', {}, async ({ page, row, table }) => {
  const { keyboard } = page;
  await row('Cobalt Cycling').getByRole('link', { name: 'Cobalt Cycling' }).focus();
  await keyboard.press('Tab');
  assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^End association with Cobalt Cycling/);
  await assertFocusIsSeen(page, 'End association');
  await keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: /^End the association/ });
  await dialog.waitFor();
  await assertFocusIsSeen(page, 'the dialog');
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await row('Cobalt Cycling').waitFor({ state: 'hidden' });
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY', 'the focus is not lost with the row');

  await page.getByRole('button', { name: 'Configure columns' }).focus();
  await keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Configure columns' }).waitFor();
  await keyboard.type('hub');
  await keyboard.press('Tab');
  await assertFocusIsSeen(page, 'the column');
  await keyboard.press('Space');
  await page.getByRole('button', { name: 'Save columns' }).press('Enter');
  await table.getByRole('columnheader', { name: 'Hub ID' }).waitFor();
  await page.waitForFunction(() => document.activeElement?.innerText === 'Configure columns');
});

const schema = readFileSync(new URL('../../../../schema/schema.graphql', import.meta.url), 'utf8');
const errors = readFileSync(new URL('../../../server/src/graphql/errors.ts', import.meta.url), 'utf8');
const userErrorCodes = /^enum UserErrorCode \{([^}]*)\}/m
  .exec(schema)[1]
  .replace(/"""[^]*?"""/g, '')
  .match(/[A-Z_]{2,}/g);
const requestCodes = /export type ErrorCode =([^;]*);/.exec(errors)[1].match(/[A-Z_]{2,}/g);

journey(
  'Auf Deutsch steht jeder Fehler auf Deutsch da, auch ein neuer',
  { language: 'de', mayReport: [/Failed to load resource/] },
  async ({ page, row }) => {
    await actsAreLoaded(page);
    const english = 'An English sentence of the API.';
    assert.ok(userErrorCodes.length >= 14 && requestCodes.length >= 16);
    let answer;
    await page.route('**/graphql', async (route) =>
      route.request().postData().includes('setCommunicationOwner') ? await route.fulfill(answer) : await route.continue(),
    );
    const json = (status, body) => ({ status, contentType: 'application/json', body: JSON.stringify(body) });
    const codes = [
      ...userErrorCodes.map((code) => ({
        code,
        given: json(200, {
          data: { setCommunicationOwner: { userErrors: [{ __typename: 'InvalidInputError', code, message: english }] } },
        }),
      })),
      // The sign-in has its own journey.
      ...requestCodes
        .filter((code) => code !== 'UNAUTHENTICATED')
        .map((code) => ({ code, given: json(400, { errors: [{ message: english, extensions: { code } }] }) })),
    ];
    const notice = row('Delta Dental').getByRole('alert');
    const sentences = new Map();
    for (const { code, given } of codes) {
      answer = given;
      await row('Delta Dental')
        .getByRole('button', { name: /^Kommunikations-Bearbeiter/ })
        .click();
      await page.getByRole('menuitemradio', { name: /^Partner/ }).click();
      await notice.waitFor();
      const text = await notice.locator('p').first().innerText();
      assert.ok(text.length > 20 && text !== english && !/\b(the|is|not)\b/i.test(text), `${code}: ${text}`);
      sentences.set(code, text);
      await notice.getByRole('button', { name: /^(Ausblenden|So lassen)$/ }).click();
      await notice.waitFor({ state: 'hidden' });
    }
    // Each user error says something of its own.
    assert.equal(new Set(userErrorCodes.map((code) => sentences.get(code))).size, userErrorCodes.length);
  },
);
