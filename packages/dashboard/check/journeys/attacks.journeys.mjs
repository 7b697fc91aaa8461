// What a hostile customer, link or site may try with the page.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { signInByKey } from '../sign-in.mjs';
import { journey, openBrowser, server, worlds } from '../stage.mjs';

const image = '<img src=x onerror="window.pwned=1">';
const script = '"><script>window.pwned=1</script>';
const people = [
  { first: image, last: 'Vader', email: 'vader@evil.example', title: script },
  { first: '{{7*7}}', last: '</td></tr>', email: "o'onmouseover=1@evil.example", title: image },
];
const hostile = [
  {
    name: `Evil ${image}`,
    renewal: 50,
    mrr: '10.00',
    product: `Pro ${image}`,
    people,
    owner: 'PARTNER',
    hasContact: true,
    host: 'evil.example',
  },
  { name: `Evil ${script}`, renewal: 55, mrr: '10.00', people: [], owner: 'PARTNER' },
  { name: 'Javascript', renewal: 60, mrr: '10.00', people: [], host: 'plain.example' },
  { name: 'W'.repeat(255), renewal: 65, mrr: '10.00', people: [], host: `${'w'.repeat(60)}.example` },
];

/** Asserts that nothing of the stored markup became elements or ran. */
async function assertInert(page) {
  const found = await page.evaluate(
    (viewport) => ({
      ran: 'pwned' in window,
      images: document.querySelectorAll('img[src=x], script:not([src])').length,
      handlers: [...document.querySelectorAll('*')].filter((each) => [...each.attributes].some(({ name }) => /^on/i.test(name))).length,
      links: [...document.querySelectorAll('a[href]')].map((each) => each.href).filter((href) => !/^(https?|mailto):/.test(href)),
      wide: [...document.querySelectorAll('body *')]
        .filter((each) => document.documentElement.scrollWidth > viewport && each.getBoundingClientRect().right > viewport + 1)
        .map((each) => each.outerHTML.slice(0, 150)),
    }),
    page.viewportSize().width,
  );
  assert.deepEqual(found, { ran: false, images: 0, handlers: 0, links: [], wide: [] });
}

for (const isPhone of [false, true])
  journey(
    `A customer, its people, a colleague and a view are called like markup: I read it as text${isPhone ? ', on a phone too' : ''}`,
    { world: { stories: hostile, name: `Partner ${image}${isPhone}` }, at: null, isPhone },
    async ({ page, world, open, row, look }) => {
      await world.api.createPartnerUser({ name: `Colleague ${image}`, email: 'colleague@nordlicht.example', role: 'VIEWER' });
      await world.api.updateReminderSettings({ senderName: `Sender ${image}` });
      assert.ok(
        (
          await world.api.createSavedView({
            name: `View ${image}`,
            isShared: true,
            columns: ['CUSTOMER_NAME', 'COMMUNICATION_OWNER', 'PRIMARY_CONTACT', 'CONTRACT_TYPE', 'STATUS', 'RENEWAL_DEADLINE', 'WEBSITE'],
          })
        ).ok,
      );
      // The import takes no such address; a fault elsewhere may.
      for (const table of ['customer', 'dashboard_row']) {
        const name = table === 'customer' ? 'name' : 'customer_name';
        await worlds.write(
          world,
          `update ${table} set website = 'javascript:window.pwned=1' where partner_id = $1 and ${name} = 'Javascript'`,
          [world.partnerId],
        );
        await worlds.write(world, `update ${table} set ${name} = E'\\u202Eelpmaxe \\u2066' where partner_id = $1 and ${name} = $2`, [
          world.partnerId,
          `Evil ${script}`,
        ]);
      }
      await open('/');
      await page.getByRole('link', { name: /^View/ }).click();
      await page.locator('table.rows [data-column=website]').first().waitFor({ state: 'attached' });
      await row(`Evil ${image}`)
        .getByRole('link', { name: `Evil ${image}` })
        .waitFor();
      await row('Javascript').waitFor();
      await assertInert(page);
      await look('markup in names');

      await row(`Evil ${image}`)
        .getByRole('button', { name: /^Primary contact of/ })
        .click();
      await page.getByRole('option').first().waitFor();
      await assertInert(page);
      await page.keyboard.press('Escape');
      await row(`Evil ${image}`)
        .getByRole('button', { name: /^Communication owner of/ })
        .click();
      await page.getByRole('menuitemradio', { name: /^Vendor/ }).click();
      await page.getByText(`Communication owner of Evil ${image}: Vendor.`).first().waitFor({ state: 'attached' });
      await row(`Evil ${image}`)
        .getByRole('link', { name: `Evil ${image}` })
        .click();
      const drawer = page.getByRole('dialog');
      await drawer.getByText(`Pro ${image}`).first().waitFor();
      await drawer.getByText('All 2 users of the account').click();
      await drawer.getByText(script).first().waitFor();
      await assertInert(page);
      await look('markup in the drawer');
      await page.keyboard.press('Escape');
      await row('Javascript').getByRole('link', { name: 'Javascript', exact: true }).click();
      await page.getByRole('dialog', { name: 'Javascript' }).getByRole('heading', { name: 'Timeline' }).waitFor();
      await assertInert(page);
      await page.keyboard.press('Escape');
      for (const path of ['/settings/users', '/settings/reminders', '/settings/partner', '/reminders']) {
        await page.goto(path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.locator('main .loading').waitFor({ state: 'hidden' });
        await assertInert(page);
      }
      await page.goto(
        `/?q=${encodeURIComponent(image)}&status=${encodeURIComponent(image)}&sort=${encodeURIComponent(script)}&view=${encodeURIComponent(script)}`,
      );
      await row(`Evil ${image}`)
        .or(page.getByText(/^No customer with a change matches/))
        .first()
        .waitFor();
      await assertInert(page);
    },
  );

/** A site of somebody else: another port is another origin of the same site, and `localhost` is another site. */
async function openForeignSite(html) {
  const foreign = createServer((_request, response) => response.setHeader('content-type', 'text/html; charset=utf-8').end(html));
  foreign.listen(0, '127.0.0.1');
  await once(foreign, 'listening');
  const { port } = foreign.address();
  return { hosts: [`http://127.0.0.1:${port}`, `http://localhost:${port}`], close: () => foreign.close() };
}

const anything = [/./];

journey('Another site shows the page in a frame: the browser refuses', { mayReport: anything }, async ({ context }) => {
  const foreign = await openForeignSite(`<iframe src="${server.url}/" width="900" height="700"></iframe>`);
  try {
    for (const host of foreign.hosts) {
      const page = await context.newPage();
      await page.goto(host);
      const frame = page.frames()[1];
      await page.waitForFunction(() => performance.getEntriesByType('navigation')[0]?.loadEventEnd > 0);
      assert.equal(await frame.locator('h1', { hasText: 'Upcoming renewals' }).count(), 0, 'the page is shown in a frame');
      assert.ok(!frame.url().startsWith(server.url), frame.url());
      await page.close();
    }
  } finally {
    foreign.close();
  }
  for (const path of ['/', '/settings/keys', '/sign-in', '/nothing']) {
    const { headers } = await fetch(server.url + path, { headers: { accept: 'text/html' } });
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, path);
    assert.ok(!/unsafe-(inline|eval)/.test(headers.get('content-security-policy')), path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
  }
});

journey(
  'Another site sends forms and requests in my name: nothing is changed, and I stay signed in',
  { mayReport: anything },
  async ({ page, row, world, context }) => {
    const id = world.idOf('Delta Dental');
    const mutation = `mutation { setCommunicationOwner(input: { customerId: "${id}", owner: PARTNER }) { userErrors { message } } }`;
    const body = JSON.stringify({ query: mutation });
    const html = `<!doctype html><meta charset="utf-8"><script>
    const body = ${JSON.stringify(body)}, url = ${JSON.stringify(server.url)};
    const tries = [];
    const send = (path, init) => tries.push(fetch(url + path, { credentials: 'include', ...init }).then((r) => r.status || r.type, (e) => String(e)));
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json'])
      for (const mode of ['no-cors', 'cors'])
        for (const path of ['/graphql', '/sign-out', '/sign-in/sample', '/sign-in/key']) {
          send(path, { method: 'POST', mode, headers: { 'content-type': type }, body });
          send(path, { method: 'POST', mode, headers: { 'content-type': type, 'x-renewals-page': '1' }, body });
        }
    send('/graphql?query=' + encodeURIComponent(${JSON.stringify(mutation)}), { mode: 'no-cors' });
    send('/graphql?query=' + encodeURIComponent('{ viewer { id } }'), { headers: { 'x-renewals-page': '1' } });
    navigator.sendBeacon(url + '/sign-out', body);
    for (const [path, name] of [['/graphql', 'query'], ['/sign-out', 'x'], ['/sign-in/sample', 'x']]) {
      const frame = document.createElement('iframe'); frame.name = path; document.documentElement.append(frame);
      const form = document.createElement('form');
      form.action = url + path; form.method = 'post'; form.enctype = 'text/plain'; form.target = path;
      const input = document.createElement('input'); input.name = path === '/graphql' ? body.slice(0, -1) + ',"x":"' : name; input.value = '"}';
      form.append(input); document.documentElement.append(form); form.submit();
    }
    Promise.all(tries).then((results) => (document.title = JSON.stringify(results)));
  </script>`;
    const foreign = await openForeignSite(html);
    try {
      for (const host of foreign.hosts) {
        const other = await context.newPage();
        await other.goto(host);
        await other.waitForFunction(() => document.title.startsWith('['));
        const results = JSON.parse(await other.title());
        assert.ok(
          results.every((each) => typeof each !== 'number' || each >= 400),
          `an answer could be read: ${results}`,
        );
        await other.close();
      }
    } finally {
      foreign.close();
    }
    await page.reload();
    await row('Delta Dental').getByText('default', { exact: true }).waitFor();
    await page.getByRole('button', { name: /Account: Alex Krüger/ }).waitFor();
  },
);

journey(
  'A link that leads here with my session plants nothing, and a link of another site opens it signed in',
  { mayReport: anything },
  async ({ context, row, page }) => {
    const foreign = await openForeignSite(`<a href="${server.url}/?status=PENDING">renewals</a>`);
    try {
      await page.goto(foreign.hosts[1]);
      const [before] = (await context.cookies(server.url)).filter(({ name }) => name === 'renewals_session');
      await page.getByRole('link', { name: 'renewals' }).click();
      await row('Rhönrad Reisen').waitFor();
      const [now] = (await context.cookies(server.url)).filter(({ name }) => name === 'renewals_session');
      assert.equal(now.value, before.value, 'the session stays the same');
    } finally {
      foreign.close();
    }
  },
);

journey(
  'Somebody planted a session in my browser: signing in makes a new one and ends theirs',
  { role: null, at: null },
  async ({ page, world, context, table }) => {
    const planted = await openBrowser({ role: 'VIEWER', world, name: 'an attacker' });
    const [cookie] = (await planted.context.cookies()).filter(({ name }) => name === 'renewals_session');
    await planted.context.close();
    await context.addCookies([{ name: cookie.name, value: cookie.value, url: server.url }]);
    await signInByKey(context, server.url, world.keys.ADMIN);
    const [own] = (await context.cookies()).filter(({ name }) => name === 'renewals_session');
    assert.notEqual(own.value, cookie.value);
    const old = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-renewals-page': '1', cookie: `${cookie.name}=${cookie.value}` },
      body: JSON.stringify({ query: '{ viewer { id } }' }),
    });
    assert.equal(old.status, 401, 'the planted session has ended');
    await page.goto('/');
    await table.locator('tbody tr').first().waitFor();
    await page.getByRole('button', { name: /Account: Alex Krüger/ }).waitFor();
  },
);

journey('A link to the sign-in cannot lead me to another site', { role: null, at: null, mayReport: anything }, async ({ page, world }) => {
  const targets = [
    '//evil.example/',
    '/\\evil.example',
    'https://evil.example',
    'javascript:window.pwned=1',
    '/.//evil.example',
    '/%09/evil.example',
    '\t//evil.example',
    '///evil.example',
    '/sign-in?to=//evil.example',
    'data:text/html,x',
  ];
  for (const to of targets) {
    const { status, headers } = await fetch(`${server.url}/sign-in/start?to=${encodeURIComponent(to)}`, { redirect: 'manual' });
    assert.ok(
      status >= 400 || new URL(headers.get('location'), server.url).origin === server.url,
      `${to}: ${status} ${headers.get('location')}`,
    );
  }
  for (const to of targets.slice(0, 5)) {
    await page.goto(`/sign-in?to=${encodeURIComponent(to)}`);
    await page.getByLabel('API key', { exact: true }).fill(world.keys.VIEWER);
    await page.getByRole('button', { name: 'Sign in with the key' }).click();
    await page.getByRole('button', { name: /Account: Vera Winter/ }).waitFor();
    assert.equal(new URL(page.url()).origin, server.url, to);
    await page.getByRole('button', { name: /Account: Vera Winter/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  }
});
