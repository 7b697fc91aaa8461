// How much the first view loads, and how often it asks.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { journey } from '../stage.mjs';

const mostBytes = 120 * 1024;

/** The bytes of a file as gzip, as the server sends it. */
async function gzipBytes(url) {
  const [response] = await once(request(url, { headers: { 'accept-encoding': 'gzip' } }).end(), 'response');
  return (await buffer(response)).length;
}

journey(
  'The first view needs at most 120 KB of JavaScript, one request of data, and nothing of anybody else',
  { at: null },
  async ({ page, table, graphql }) => {
    await page.goto('/');
    await table.locator('tbody tr').first().waitFor();
    const needed = await page.evaluate(() =>
      performance.getEntriesByType('resource').flatMap(({ name }) => (name.endsWith('.js') ? name : [])),
    );
    const sizes = await Promise.all(needed.map(async (url) => [new URL(url).pathname, await gzipBytes(url)]));
    const total = sizes.reduce((sum, [, size]) => sum + size, 0);
    console.log(`JavaScript of the first view: ${(total / 1024).toFixed(1)} KB gzip in ${sizes.length} files.`);
    assert.ok(total > 50 * 1024, 'the files are found');
    assert.ok(total <= mostBytes, `${total} of ${mostBytes} bytes: ${sizes.map((each) => each.join(' ')).join(', ')}`);
    assert.equal(graphql.length, 1);
  },
);
