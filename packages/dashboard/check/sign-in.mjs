import assert from 'node:assert/strict';

/** Signs in as the page does; the browser gets the cookie. */
export async function signInByKey(context, url, apiKey) {
  const response = await context.request.post(`${url}/sign-in/key`, { headers: { 'x-renewals-page': '1' }, data: { apiKey } });
  assert.equal(response.status(), 204, await response.text());
}
