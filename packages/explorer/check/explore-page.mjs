import assert from 'node:assert/strict';

/** Opens /explore with all other hosts blocked, runs its initial query and waits until the rows are visible. */
export async function checkExplorer(browser, url, screenshot) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const otherHosts = [];
  const pageErrors = [];
  const authorizations = [];
  await page.context().route('**/*', (route) => {
    const { hostname, protocol } = new URL(route.request().url());
    if (protocol === 'data:' || protocol === 'blob:' || hostname === '127.0.0.1') return route.continue();
    otherHosts.push(route.request().url());
    return route.abort();
  });
  page.on('pageerror', (error) => pageErrors.push(`uncaught: ${error.stack ?? error}`));
  // The console also reports violations of the content security policy, and missing files.
  page.on('console', (message) => message.type() === 'error' && pageErrors.push(`console: ${message.text()}`));
  page.on('request', (request) => request.url() === `${url}/graphql` && authorizations.push(request.headers()['authorization']));

  await page.goto(`${url}/explore`);
  const settings = await (await fetch(`${url}/explore/config.json`)).json();
  await page.waitForFunction(() => document.querySelector('.graphiql-query-editor .view-lines')?.textContent.includes('query'));
  assert.equal(await page.title(), settings.title);

  // The page reads the schema by introspection, which needs the key too.
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.locator('.graphiql-plugin').getByText('Query', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click();

  const answered = page.waitForResponse((response) => response.request().postData()?.includes('upcomingContractChanges') ?? false);
  await page.locator('.graphiql-execute-button').click();
  const { data, errors } = await (await answered).json();
  assert.equal(errors, undefined);
  const rows = data.upcomingContractChanges.nodes;
  assert(rows.length > 0, 'the sample data has no upcoming changes');
  await page.waitForFunction(
    // Monaco renders spaces as no-break spaces.
    (name) => document.querySelector('.graphiql-response .view-lines')?.textContent.replaceAll('\u00a0', ' ').includes(name),
    JSON.stringify(rows[0].customer.name),
  );
  await page.screenshot({ path: screenshot });

  assert.deepEqual(otherHosts, [], 'the page sent requests to another host');
  assert.deepEqual(pageErrors, [], 'the page reported errors');
  assert(
    authorizations.length >= 2 && authorizations.every((value) => value === settings.headers.Authorization),
    'a request lacks the key',
  );
  assert(page.workers().length >= 2, 'the editors run without their workers');
  await page.close();
  console.log(`/explore showed ${rows.length} rows after ${authorizations.length} requests, all to the server.`);
}
