// A server of its own, which is stopped while the page is in use.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { startServer } from '../../../explorer/check/server-process.mjs';
import { actsAreLoaded, journey } from '../stage.mjs';
import { openWorlds, today } from '../worlds.mjs';

let server;
let worlds;
const own = {
  get url() {
    return server.url;
  },
  createWorld: (wanted) => worlds.createWorld(wanted),
};

before(async () => {
  server = await startServer({ variables: { BUSINESS_DATE: today } });
  worlds = await openWorlds(server);
});
after(async () => {
  await worlds.close();
  await server.stop();
});

const away = [/net::ERR_/, /Failed to load resource/];

journey(
  'The server restarts while I work: I stay signed in, my act is done once, and the page goes on by itself',
  { own, mayReport: away },
  async ({ page, row, world, look }) => {
    const port = new URL(server.url).port;
    await actsAreLoaded(page);
    await server.stop({ keepsData: true });
    await row('Delta Dental')
      .getByRole('button', { name: /^Communication owner/ })
      .click();
    await page.getByRole('menuitemradio', { name: /^Partner/ }).click();
    await page
      .getByText(/The server cannot be reached|restarting or busy/)
      .first()
      .waitFor();
    await look('server restarts');
    server = await startServer({ folder: server.folder, variables: { BUSINESS_DATE: today, PORT: port } });
    const notice = row('Delta Dental').getByRole('alert');
    const done = page.getByText('Communication owner of Delta Dental: Partner.').first();
    await notice.or(done).first().waitFor({ state: 'attached' });
    if (await notice.count()) await notice.getByRole('button', { name: 'Try again' }).click();
    await done.waitFor({ state: 'attached' });
    await row('Delta Dental').getByText('set by hand').waitFor();
    const { customer } = await world.api.query({
      customer: {
        $: { by: { id: world.idOf('Delta Dental') } },
        association: { communicationOwner: true },
        timeline: { nodes: { action: true } },
      },
    });
    assert.deepEqual(
      customer.timeline.nodes.flatMap(({ action }) => (action === 'SET_COMMUNICATION_OWNER' ? action : [])),
      ['SET_COMMUNICATION_OWNER'],
      'it is done once',
    );
  },
);
