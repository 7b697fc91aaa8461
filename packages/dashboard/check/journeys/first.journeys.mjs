import assert from 'node:assert/strict';
import { journey } from '../stage.mjs';

journey('I start the product and see the upcoming renewals of the sample partner, without a key', { isSample: true, role: null }, async (visit) => {
  const { page, showsRows, graphql, context } = visit;
  await page.getByRole('heading', { level: 1, name: 'Upcoming renewals' }).waitFor();
  await page.getByText('Nordlicht Beratung').first().waitFor();
  await visit.table.locator('tbody tr').first().waitFor();
  assert.equal(graphql.length, 1, 'the first paint is one GraphQL request');
  const [cookie] = await context.cookies();
  assert.deepEqual(
    { name: cookie.name, httpOnly: cookie.httpOnly, sameSite: cookie.sameSite, path: cookie.path },
    { name: 'renewals_session', httpOnly: true, sameSite: 'Strict', path: '/' },
  );
  assert.deepEqual(await page.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage }).includes('prk_')]), ['', false]);
  void showsRows;
});

journey('I see each change of the next 120 days, the last day included', {}, async ({ page, customers, showsRows, look }) => {
  await page.getByText('until 26 March 2027').waitFor();
  const shown = await customers();
  assert.ok(shown.includes('Nimbus Networks') && shown.includes('Fjord Fisch'), String(shown));
  assert.ok(!shown.includes('Opal Outside'), 'day 121 is not shown');
  await look('table');
  void showsRows;
});

journey('I search for a customer at the top right', {}, async ({ page, showsRows }) => {
  const search = page.getByRole('searchbox', { name: /Search customers/ });
  const box = await search.boundingBox();
  assert.ok(box.x > 700 && box.y < 200, 'the search is at the top right');
  await search.fill('backerei');
  await showsRows(['Bäckerei Müller']);
  await search.fill('7200009');
  await showsRows(['Juniper Joinery']);
  await search.fill('%');
  await page.getByText('No change matches these filters.').waitFor();
});

journey('I make my company the communication owner of a customer', { role: 'MANAGER' }, async ({ page, row, requestsOf, world }) => {
  const delta = row('Delta Dental');
  await delta.getByText('default', { exact: true }).waitFor();
  const requests = await requestsOf(async () => {
    await delta.getByRole('button', { name: /^Communication owner of Delta Dental/ }).click();
    await page.getByRole('menuitemradio', { name: /^Partner/ }).click();
    await delta.getByText('set by hand').waitFor();
    await page.getByText('Communication owner of Delta Dental: Partner.').first().waitFor({ state: 'attached' });
  });
  assert.equal(requests.length, 1, 'an act is one GraphQL request');
  const { customer } = await world.api.query({
    customer: { $: { by: { id: world.idOf('Delta Dental') } }, association: { communicationOwner: true } },
  });
  assert.equal(customer.association.communicationOwner, 'PARTNER');
});
