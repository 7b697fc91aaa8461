// Signing in and out, settings, reminders, and what is there when something is not.
import assert from 'node:assert/strict';
import { actsAreLoaded, journey, openBrowser } from '../stage.mjs';

const unauthenticated = [/401/];

journey(
  'I sign in with a key: a wrong one is refused in a sentence, the right one opens the list',
  { role: null, at: '/customers/x?status=PENDING', mayReport: unauthenticated },
  async (visit) => {
    const { page, world, look, context } = visit;
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await look('sign-in');
    const key = page.getByLabel('API key', { exact: true });
    const submit = page.getByRole('button', { name: 'Sign in with the key' });
    await submit.click();
    await page.getByText('Enter an API key.').waitFor();
    await key.fill(`prk_${'x'.repeat(12)}_${'y'.repeat(38)}`);
    await submit.click();
    await page.getByRole('alert').filter({ hasText: /key/i }).waitFor();
    await look('sign-in refused');
    await key.fill(world.keys.MANAGER);
    await submit.click();
    // Where I wanted to go is where I arrive.
    await page.waitForURL('/customers/x?status=PENDING');
    await page.getByText('Customer not found').waitFor();
    await look('customer not found');
    await page.getByRole('button', { name: 'Back to the list' }).click();
    await visit.table.locator('tbody tr').first().waitFor();
    assert.equal((await context.cookies()).length, 1);
    const stored = await page.evaluate(() =>
      JSON.stringify([document.cookie, Object.entries(localStorage), Object.entries(sessionStorage)]),
    );
    assert.ok(!/prk_|rns_/.test(stored), stored);
  },
);

journey(
  'I sign out: the session is over at once, and the page asks to sign in',
  { mayReport: unauthenticated },
  async ({ page, context, look, row }) => {
    const cookie = (await context.cookies()).find(({ name }) => name === 'renewals_session');
    await page.getByRole('button', { name: /Account: Alex Krüger/ }).click();
    await look('account menu');
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    const old = await fetch(new URL('/graphql', page.url()), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-renewals-page': '1', cookie: `${cookie.name}=${cookie.value}` },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    assert.equal(old.status, 401);
    // Development does not sign in again by itself.
    await page.goto('/');
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    assert.equal(await row('Ärzte Nord eG').count(), 0);
  },
);

journey('I stay signed in, and am told so, when the server cannot end the session', { mayReport: [/503/] }, async ({ page, table }) => {
  await page.route('/sign-out', (route) => route.fulfill({ status: 503 }));
  await page.getByRole('button', { name: /Account: Alex Krüger/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByText('You are still signed in').waitFor();
  await table.locator('tbody tr').first().waitFor();
});

journey('I change the language on another page, and the list is read when I come back', {}, async ({ page, table }) => {
  await table.locator('tbody tr').first().waitFor();
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.waitForURL('/settings*');
  await page.getByRole('button', { name: /Language: English/ }).click();
  await page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
  await page.getByRole('button', { name: /Konto: / }).waitFor();
  await page.goBack();
  await page.locator('table:not([aria-busy="true"]) tbody tr').first().waitFor();
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
});

journey('I see where I am signed in, and end a session that I do not know', { role: 'MANAGER' }, async ({ page, world, look }) => {
  const other = await openBrowser({ role: 'MANAGER', world, name: 'another device', mayReport: unauthenticated });
  try {
    await other.open('/');
    await page.getByRole('button', { name: /Account: Mika Lang/ }).click();
    await page.getByRole('menuitem', { name: 'Sessions' }).click();
    await page.getByText('this one').waitFor();
    const rows = page.locator('table.sheet tbody tr');
    assert.equal(await rows.count(), 2);
    await look('sessions');
    await rows
      .filter({ hasNotText: 'this one' })
      .getByRole('button', { name: /^End the session/ })
      .click();
    const question = page.getByRole('dialog', { name: /^End the session on / });
    await question.getByText('signed out at once').waitFor();
    await question.getByRole('button', { name: 'End', exact: true }).click();
    await page.getByText('The session has ended.').first().waitFor();
    await rows.filter({ hasText: 'Ended' }).waitFor();
    await other.page.reload();
    await other.page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  } finally {
    await other.context.close();
  }
});

journey('An administrator sees the sessions of all users', {}, async ({ page, world }) => {
  const other = await openBrowser({ role: 'VIEWER', world, name: 'another user' });
  try {
    await other.open('/');
    await page.goto('/settings/sessions');
    await page.getByLabel('Whose sessions').selectOption({ label: 'All of the company' });
    await page.getByRole('cell', { name: 'Vera Winter' }).waitFor();
    await page.getByRole('cell', { name: 'Alex Krüger' }).waitFor();
  } finally {
    await other.context.close();
  }
});

journey(
  'My session ends half-way: I sign in over the page, what I typed is there, and my act is done',
  { role: 'MANAGER', mayReport: unauthenticated },
  async (visit) => {
    const { page, row, world, look } = visit;
    await page.getByRole('button', { name: 'Save view' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save view' });
    await dialog.getByLabel('Name of the view').fill('A name I thought about');
    await endSessions(world);
    await dialog.getByRole('button', { name: 'Save view' }).click();
    const again = page.getByRole('dialog', { name: 'Sign in again' });
    await again.getByText(/what you typed is still here/).waitFor();
    await look('session expired');
    await again.getByLabel('API key', { exact: true }).fill(world.keys.MANAGER);
    await again.getByRole('button', { name: 'Sign in with the key' }).click();
    await again.waitFor({ state: 'hidden' });
    // Saving is done by itself, or the dialog still has what was typed.
    const tab = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^A name I thought about/ });
    await tab.or(dialog).first().waitFor();
    if (await dialog.isVisible()) {
      assert.equal(await dialog.getByLabel('Name of the view').inputValue(), 'A name I thought about');
      await dialog.getByRole('button', { name: 'Save view' }).click();
    }
    await tab.waitFor();

    await endSessions(world);
    await row('Delta Dental')
      .getByRole('button', { name: /^Communication owner/ })
      .click();
    await page.getByRole('menuitemradio', { name: /^Partner/ }).click();
    await again.getByLabel('API key', { exact: true }).fill(world.keys.MANAGER);
    await again.getByRole('button', { name: 'Sign in with the key' }).click();
    await row('Delta Dental').getByText('set by hand').waitFor();
    await page.getByText('Communication owner of Delta Dental: Partner.').first().waitFor({ state: 'attached' });
  },
);

async function endSessions({ api }) {
  const { viewer } = await api.query({ viewer: { partner: { sessions: { $: { first: 20 }, nodes: { id: true, endedAt: true } } } } });
  for (const { id, endedAt } of viewer.partner.sessions.nodes) if (!endedAt) assert.ok((await api.endSession({ sessionId: id })).ok);
}

journey(
  'I open an address that does not exist, and find the way back',
  { at: null, mayReport: [/404/] },
  async ({ page, context, look }) => {
    const answer = await page.goto('/renewals.php');
    assert.equal(answer.status(), 404);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await look('unknown address');
    await page.getByRole('link').first().click();
    await page.getByRole('heading', { level: 1, name: 'Upcoming renewals' }).waitFor();
    const program = await context.request.get('/renewals.php', { headers: { accept: 'application/json' } });
    assert.match(program.headers()['content-type'], /json/);
  },
);

journey('An administrator changes what reminders are sent, and is told when a colleague was faster', {}, async ({ page, world, look }) => {
  await page.goto('/settings/reminders');
  const days = page.getByRole('textbox', { name: 'Days before the last day to decide' }).first();
  await days.fill('30, soon');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText(/Write whole numbers with commas/).waitFor();
  await look('reminder settings');
  await days.fill('30, 10, 3');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').first().waitFor();
  const read = async () => {
    const { viewer } = await world.api.query({
      viewer: { partner: { reminderSettings: { deadlineOffsets: true, senderName: true, version: true } } },
    });
    return viewer.partner.reminderSettings;
  };
  const { deadlineOffsets, version } = await read();
  assert.deepEqual(deadlineOffsets, [30, 10, 3]);

  await days.fill('5');
  assert.ok((await world.api.updateReminderSettings({ deadlineOffsets: [60], senderName: 'Renewals', expectedVersion: version })).ok);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Somebody else has changed these settings meanwhile.').waitFor();
  assert.equal(await days.inputValue(), '5', 'what was typed stays');
  const note = await page.getByText('Somebody else has changed these settings meanwhile.').boundingBox();
  assert.ok(note.y >= 0 && note.y < page.viewportSize().height, `the conflict is where one looks: at ${note.y} pixels`);
  await look('reminder settings, conflict');
  await page.getByRole('button', { name: 'Save mine' }).click();
  await page.getByText('Somebody else has changed these settings meanwhile.').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Discard changes' }).waitFor({ state: 'hidden' });
  const now = await read();
  assert.deepEqual([now.deadlineOffsets, now.senderName], [[5], 'Renewals']);
});

journey('I choose which reminders I get myself', { role: 'VIEWER', at: '/settings' }, async ({ page, look }) => {
  await page.getByText('Reminders come by e-mail to vera@nordlicht.example.').waitFor();
  await page.getByLabel('Weekly digest').selectOption({ label: 'I get them' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('Saved.').first().waitFor();
  await look('my reminders');
});

journey(
  'An administrator creates a user, changes the role, and removes the user again',
  { at: '/settings/users' },
  async ({ page, look }) => {
    await page.getByRole('button', { name: 'Create a user' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create a user' });
    await dialog.getByLabel('Name', { exact: true }).fill('Nora Neu');
    await dialog.getByLabel('E-mail').fill('alex@nordlicht.example');
    await dialog.getByRole('button', { name: 'Create a user' }).click();
    await dialog.getByRole('alert').first().waitFor();
    await look('create user refused');
    await dialog.getByLabel('E-mail').fill('nora@nordlicht.example');
    await dialog.getByRole('button', { name: 'Create a user' }).click();
    const row = page.locator('table.sheet tbody tr', { hasText: 'Nora Neu' });
    await row.waitFor();
    await row.getByLabel('Role of Nora Neu').selectOption({ label: 'Manager' });
    await page.getByText('Nora Neu is now: Manager.').first().waitFor();
    await look('users');
    await row.getByRole('button', { name: 'Remove Nora Neu' }).click();
    await look('remove user');
    await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
    await row.waitFor({ state: 'hidden' });
  },
);

journey('An administrator creates an API key, sees it once, and revokes it', { at: '/settings/keys' }, async ({ page, look }) => {
  await page.getByRole('button', { name: 'Create an API key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create an API key' });
  await dialog.getByLabel('User').selectOption({ label: 'Mika Lang (mika@nordlicht.example)' });
  await look('create key');
  await dialog.getByRole('button', { name: 'Create an API key' }).click();
  const once = page.getByRole('dialog', { name: 'Your new API key' });
  const [key] = /prk_\w+/.exec(await once.innerText());
  await look('new key');
  await once.getByText('I have kept it').click();
  await once.waitFor({ state: 'hidden' });
  assert.ok(!(await page.content()).includes(key), 'the key is shown once');
  const id = key.split('_')[1];
  const row = page.locator('table.sheet tbody tr', { hasText: id });
  await row.getByText('Live').waitFor();
  await look('keys');
  await row.getByRole('button', { name: /^Revoke/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
  await row.getByText('Revoked').waitFor();
});

journey('As a viewer I see everything, and nothing offers what I may not do', { role: 'VIEWER' }, async ({ page, row, look, world }) => {
  await row('Ärzte Nord eG').getByText('set by hand').waitFor();
  for (const name of [/^Communication owner of/, /^Primary contact of/, /^Choose a contact/, /^End association/])
    assert.equal(await page.getByRole('button', { name }).count(), 0, String(name));
  await row('Ärzte Nord eG').getByRole('button', { name: 'More about Ärzte Nord eG' }).click();
  assert.deepEqual(await page.getByRole('menuitem').allInnerTexts(), ['Show details']);
  await page.getByRole('menuitem', { name: 'Show details' }).click();
  const drawer = page.getByRole('dialog', { name: 'Ärzte Nord eG' });
  await drawer.getByRole('heading', { name: 'Timeline' }).waitFor();
  assert.equal(await drawer.getByRole('button', { name: /End association|Decide|Communication owner/ }).count(), 0);
  await page.keyboard.press('Escape');
  await page.goto('/settings/partner');
  await page.getByText('Only an administrator can change this.').waitFor();
  assert.ok(await page.getByLabel('We own all transactional conversations').isDisabled());
  await look('settings of a viewer');
  await page.goto('/settings/keys');
  await page.getByText(/Only an administrator sees this/).waitFor();
  void world;
});

journey(
  'I find out who was mailed about a customer, and why somebody was not',
  { isSample: true, role: null },
  async ({ page, table, look }) => {
    // The worker plans the reminders of the day as soon as the sample data are there.
    const customer = 'Łódź Logistics';
    await page.goto('/reminders');
    await page.getByRole('heading', { level: 1, name: 'Reminders' }).waitFor();
    const rows = page.locator('table.sheet tbody tr');
    await rows.first().waitFor();
    await look('reminders');
    await page
      .getByRole('combobox', { name: /Customer/ })
      .or(page.getByLabel('Customer'))
      .first()
      .click();
    await page.keyboard.type('lodz');
    await page.getByRole('option', { name: new RegExp(customer) }).click();
    await page.waitForURL(/customer=/);
    await rows.filter({ hasText: customer }).first().waitFor();
    await page.waitForFunction(
      (name) => [...document.querySelectorAll('table.sheet tbody tr')].every((each) => each.innerText.includes(name)),
      customer,
    );
    assert.match(await rows.first().innerText(), /@/);
    await look('reminders of a customer');
    void table;
  },
);

journey('Developers find the explorers in a menu', {}, async ({ page }) => {
  await page.getByRole('button', { name: 'Developers' }).click();
  await page.getByRole('menuitem', { name: 'GraphiQL' }).waitFor();
  assert.equal(await page.getByRole('menuitem', { name: 'Apollo Sandbox' }).getAttribute('href'), '/sandbox');
  assert.equal(await page.getByRole('menuitem', { name: 'GraphiQL' }).getAttribute('href'), '/explore');
});

journey(
  'The server cannot be reached: I see it, my act is kept, and the page goes on by itself',
  { mayReport: [/net::ERR_/, /Failed to load resource/] },
  async ({ page, row, context, look }) => {
    await actsAreLoaded(page);
    await context.setOffline(true);
    await row('Delta Dental')
      .getByRole('button', { name: /^Communication owner/ })
      .click();
    await page.getByRole('menuitemradio', { name: /^Partner/ }).click();
    await page
      .getByText(/The server cannot be reached/)
      .first()
      .waitFor();
    await look('server away');
    await context.setOffline(false);
    const notice = row('Delta Dental').getByRole('alert');
    const done = row('Delta Dental').getByText('set by hand');
    await notice.or(done).first().waitFor();
    if (await notice.count()) await notice.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Communication owner of Delta Dental: Partner.').first().waitFor({ state: 'attached' });
    await done.waitFor();
    await page.locator('.banner', { hasText: 'cannot be reached' }).waitFor({ state: 'hidden' });
  },
);

journey(
  'The connection is lost before the code of the acts is there: my choice is kept at its row, and a dialog opens when it is back',
  { mayReport: [/net::ERR_/, /Failed to load resource/], at: null },
  async ({ page, row, context, table }) => {
    // As if the connection was lost right after the rows.
    await page.route(
      /(association\.acts|decision\.acts|association\.dialog|decision\.dialog|contact\.chooser|bulk\.line)-[^/]*\.js$/,
      (route) => route.abort('internetdisconnected'),
    );
    await page.goto('/');
    await table.locator('tbody tr').first().waitFor();
    await context.setOffline(true);
    await page.unroute(/(association\.acts|decision\.acts|association\.dialog|decision\.dialog|contact\.chooser|bulk\.line)-[^/]*\.js$/);
    await row('Delta Dental')
      .getByRole('button', { name: /^Communication owner/ })
      .click();
    await page.getByRole('menuitemradio', { name: /^Partner/ }).click();
    const notice = row('Delta Dental').getByRole('alert');
    await notice.getByText('The server cannot be reached.').waitFor();
    await row('Delta Dental').getByRole('link', { name: 'Delta Dental' }).hover();
    await row('Delta Dental')
      .getByRole('button', { name: /^End association/ })
      .click();
    await page.locator('.banner', { hasText: 'cannot be reached' }).waitFor();
    await context.setOffline(false);
    await page.getByRole('dialog', { name: 'End the association with Delta Dental?' }).getByRole('button', { name: 'Back' }).click();
    await notice.getByRole('button', { name: 'Try again' }).click();
    await row('Delta Dental').getByText('set by hand').waitFor();
    await notice.waitFor({ state: 'hidden' });
  },
);

journey(
  'The list cannot be read: the page says why and what to do, and tries again when I ask',
  { at: null, mayReport: [/Failed to load resource/, /net::ERR/] },
  async ({ page, table, look }) => {
    await page.route('**/graphql', (route) =>
      route.fulfill({
        status: 400,
        contentType: 'application/json',
        body: JSON.stringify({
          errors: [{ message: 'This page asks for more than one request may.', extensions: { code: 'QUERY_TOO_COMPLEX' } }],
        }),
      }),
    );
    await page.goto('/');
    await page.getByRole('alert').waitFor();
    await look('error');
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: 'Try again' }).click();
    await table.locator('tbody tr').first().waitFor();
  },
);
