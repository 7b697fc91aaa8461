// Recording what customers decide, and what happens when somebody else was faster.
import assert from 'node:assert/strict';
import { journey, openBrowser } from '../stage.mjs';

const more = (row, customer) => row(customer).getByRole('button', { name: `More about ${customer}` });

journey('I accept an upgrade for a customer, and the totals follow', { role: 'MANAGER' }, async ({ page, row, requestsOf, look }) => {
  const summary = page.locator('.summary');
  assert.match(await summary.innerText(), /3 to decide/);
  await more(row, 'Cobalt Cycling').click();
  await look('row menu');
  await page.getByRole('menuitem', { name: /^Accept/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Does Cobalt Cycling accept?' });
  await dialog.getByText('MRR: 890.00 USD → 1,150.00 USD').waitFor();
  await look('accept');
  const requests = await requestsOf(async () => {
    await dialog.getByRole('button', { name: 'Record acceptance' }).click();
    await row('Cobalt Cycling').getByText('Confirmed').waitFor();
    await page.getByText('Recorded: Cobalt Cycling accepts.').first().waitFor();
    await page.waitForFunction(() => /2 to decide/.test(document.querySelector('.summary').innerText));
  });
  assert.equal(requests.length, 1);
  await row('Cobalt Cycling').getByText('accepted on 26 Nov').waitFor();
});

journey(
  'I cancel a renewal for a customer on the last day, and withdraw the request',
  { role: 'MANAGER' },
  async ({ page, row, requestsOf, look }) => {
    await more(row, 'Ärzte Nord eG').click();
    await page.getByRole('menuitem', { name: /^Request cancellation/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Does Ärzte Nord eG cancel?' });
    await dialog.getByText('The contract then ends on 10 Jan 2027. Its MRR of 1,240.00 EUR ends then.').waitFor();
    await dialog.getByText(/The customer gets no e-mail about this/).waitFor();
    await look('cancel');
    const requests = await requestsOf(async () => {
      await dialog.getByRole('button', { name: 'Request cancellation' }).click();
      await row('Ärzte Nord eG').getByText('Cancellation requested').waitFor();
      await page.getByText('Recorded: Ärzte Nord eG requests cancellation.').first().waitFor();
    });
    assert.equal(requests.length, 1);
    await page.waitForFunction(() => /EUR [^·]*1,240\.00 at risk/.test(document.querySelector('.summary').innerText));
    await more(row, 'Ärzte Nord eG').click();
    await page.getByRole('menuitem', { name: /^Withdraw cancellation request/ }).click();
    await row('Ärzte Nord eG').getByText('waits for a decision').waitFor();
  },
);

journey('I ask too late, and the page offers the next renewal that can be cancelled', { role: 'MANAGER' }, async ({ page, row, look }) => {
  await more(row, 'Mango Monthly').click();
  // Of a monthly contract, the deadlines of the next two renewals have passed.
  await page.getByRole('menuitem', { name: /^Request cancellation for 8 Feb 2027/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Does Mango Monthly cancel?' });
  await dialog.getByText('The last day to decide on this renewal was 24 Oct 2026. It renews.').waitFor();
  await look('late cancellation');
  await dialog.getByRole('button', { name: 'Request cancellation for 8 Feb 2027' }).click();
  await row('Mango Monthly').getByText('cancellation asked for too late').waitFor();
  await row('Mango Monthly').getByText('Renewed').waitFor();
});

journey(
  'The vendor talks to a customer: I am not offered to decide, until I am the communication owner',
  { role: 'MANAGER' },
  async ({ page, row }) => {
    await more(row, 'Rhönrad Reisen').click();
    await page.getByRole('menuitem', { name: 'Show details' }).waitFor();
    assert.equal(await page.getByRole('menuitem', { name: /Accept|cancellation/ }).count(), 0);
    await page.keyboard.press('Escape');
    // Nothing is urgent that is the vendor's; in the details, too.
    assert.equal(await row('Rhönrad Reisen').evaluate((element) => element.className), '');
    await row('Rhönrad Reisen').getByRole('link', { name: 'Rhönrad Reisen' }).click();
    const drawer = page.getByRole('dialog', { name: 'Rhönrad Reisen' });
    await drawer.getByText('The vendor handles it, until 27 Nov 2026 (1 day left)').waitFor();
    await drawer.getByRole('button', { name: /^Decide:/ }).click();
    await page.getByRole('menuitem', { name: /^Become communication owner to decide/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await more(row, 'Rhönrad Reisen').click();
    await page.getByRole('menuitem', { name: /^Become communication owner to decide/ }).click();
    await row('Rhönrad Reisen').getByText('set by hand').waitFor();
    await page.getByText('Communication owner of Rhönrad Reisen: Partner.').first().waitFor({ state: 'attached' });
    await more(row, 'Rhönrad Reisen').click();
    await page.getByRole('menuitem', { name: /^Accept/ }).waitFor();
    assert.match(await row('Rhönrad Reisen').evaluate((element) => element.className), /soon/);
  },
);

journey(
  'I make my company the owner of three customers at once, and see what happened to each',
  {},
  async ({ page, row, world, requestsOf, look }) => {
    for (const customer of ['Delta Dental', 'Juniper Joinery', 'Kestrel Kites'])
      await row(customer)
        .getByRole('checkbox', { name: `Select ${customer}` })
        .check();
    const bar = page.getByRole('region', { name: 'Acts on the selected customers' });
    await bar.getByText('3 customers selected').waitFor();
    await look('bulk bar');
    // Meanwhile a colleague ends one of the associations.
    await world.api.endAssociation({ customerId: world.idOf('Kestrel Kites') });
    const requests = await requestsOf(async () => {
      await bar.getByRole('button', { name: 'Set communication owner' }).click();
      await page.getByRole('menuitem', { name: /^Partner/ }).click();
      await page.getByText('1 of 3 customers could not be changed').waitFor();
    });
    assert.ok(requests.length <= 2, `${requests.length} requests`);
    await bar.getByText(/^Kestrel Kites: ./).waitFor();
    await look('bulk result');
    await row('Delta Dental').getByText('set by hand').waitFor();
    await row('Juniper Joinery').getByText('set by hand').waitFor();
  },
);

journey('Somebody else was faster: I see what is now, keep my choice, and can still use it', {}, async ({ page, row, world, look }) => {
  const rival = await openBrowser({ role: 'MANAGER', world, name: 'a rival' });
  try {
    await rival.open('/');
    await rival
      .row('Delta Dental')
      .getByRole('button', { name: /^Communication owner/ })
      .click();
    await rival.page.getByRole('menuitemradio', { name: /^Vendor/ }).click();
    await rival.page.getByText('Communication owner of Delta Dental: Vendor.').first().waitFor({ state: 'attached' });
    rival.assertQuiet();
  } finally {
    await rival.context.close();
  }
  const delta = row('Delta Dental');
  await delta.getByRole('button', { name: /^Communication owner/ }).click();
  await page.getByRole('menuitemradio', { name: /^Partner/ }).click();
  const notice = delta.getByRole('alert');
  await notice.getByText('Somebody else changed this in the meantime.').waitFor();
  await notice.getByText('Now: Vendor (set by hand).').waitFor();
  await notice.getByText('Your choice: Partner.').waitFor();
  await look('conflict');
  await notice.getByRole('button', { name: 'Use my choice' }).click();
  await notice.waitFor({ state: 'hidden' });
  // The notice goes at once, the API answers later.
  await page.getByText('Communication owner of Delta Dental: Partner.').first().waitFor({ state: 'attached' });
  const { customer } = await world.api.query({
    customer: { $: { by: { id: world.idOf('Delta Dental') } }, association: { communicationOwner: true } },
  });
  assert.equal(customer.association.communicationOwner, 'PARTNER');
});

journey('Two of us decide at once: the second one sees the decision of the first', { role: 'MANAGER' }, async ({ page, row, world }) => {
  const { upcomingContractChanges: changes } = await world.api.query({
    upcomingContractChanges: { $: { query: 'Ärzte' }, nodes: { id: true } },
  });
  await more(row, 'Ärzte Nord eG').click();
  await page.getByRole('menuitem', { name: /^Request cancellation/ }).click();
  const outcome = await world.api.acceptContractChange({ contractChangeId: changes.nodes[0].id });
  assert.ok(outcome.ok);
  await page.getByRole('dialog').getByRole('button', { name: 'Request cancellation' }).click();
  const notice = row('Ärzte Nord eG').getByRole('alert');
  await notice.getByText('Now: Renewed.').waitFor();
  await notice.getByRole('button', { name: 'Leave as it is' }).click();
  await row('Ärzte Nord eG').getByText('accepted on 26 Nov').waitFor();
});

journey('I ended an association by mistake, and undo it', {}, async ({ page, row, world }) => {
  await row('Ärzte Nord eG').getByRole('link', { name: 'Ärzte Nord eG' }).hover();
  await row('Ärzte Nord eG')
    .getByRole('button', { name: /^End association/ })
    .click();
  await page.getByRole('dialog').getByRole('button', { name: 'End association' }).click();
  await row('Ärzte Nord eG').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await row('Ärzte Nord eG').getByText('set by hand').waitFor();
  await page.getByText('The association with Ärzte Nord eG goes on.').first().waitFor({ state: 'attached' });
  const { customer } = await world.api.query({
    customer: { $: { by: { id: world.idOf('Ärzte Nord eG') } }, association: { communicationOwner: true, primaryContact: { name: true } } },
  });
  assert.equal(customer.association.communicationOwner, 'PARTNER');
  assert.notEqual(customer.association.primaryContact, null, 'the contact is back');
});

journey(
  'I see in the timeline who did what about a customer, my own act included',
  { role: 'MANAGER' },
  async ({ page, row, requestsOf }) => {
    await row('Bäckerei Müller').getByRole('link', { name: 'Bäckerei Müller' }).click();
    const drawer = page.getByRole('dialog', { name: 'Bäckerei Müller' });
    await drawer.getByRole('heading', { name: 'Timeline' }).waitFor();
    const requests = await requestsOf(async () => {
      await drawer.getByRole('button', { name: /^Communication owner of Bäckerei Müller/ }).click();
      await page.getByRole('menuitemradio', { name: /^Vendor/ }).click();
      await drawer.locator('.timeline').getByText('Mika Lang').waitFor();
    });
    assert.equal(requests.length, 1, 'the act brings the timeline with it');
    const [latest] = await drawer.locator('.timeline li').allInnerTexts();
    assert.match(latest, /Mika Lang changed the communication owner/);
    assert.match(latest, /Partner → Vendor/);
  },
);

journey(
  'I recorded the wrong decision or owner, and undo it from where it is told',
  { role: 'MANAGER' },
  async ({ page, row, world, requestsOf, look }) => {
    const status = async (customer) => {
      const { upcomingContractChanges } = await world.api.query({
        upcomingContractChanges: { $: { query: customer }, nodes: { status: true, statusReason: true, decision: { decidedOn: true } } },
      });
      return upcomingContractChanges.nodes[0];
    };
    const undo = page.getByRole('status').getByRole('button', { name: 'Undo' });
    const request = async (customer) => {
      await more(row, customer).click();
      await page.getByRole('menuitem', { name: /^Request cancellation/ }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /^Request cancellation/ })
        .click();
      await page.getByText(`Recorded: ${customer} requests cancellation.`).waitFor();
    };

    // An acceptance that stood before stands again.
    await row('Granite Gym')
      .getByRole('button', { name: /^Communication owner/ })
      .click();
    await page.getByRole('menuitemradio', { name: /^Partner/ }).click();
    await page.getByText('Communication owner of Granite Gym: Partner.').waitFor();
    const before = await status('Granite Gym');
    await request('Granite Gym');
    await look('undo of a decision');
    const requests = await requestsOf(async () => {
      await undo.last().click();
      await row('Granite Gym').getByText('accepted on 2 Nov').waitFor();
      await page.getByText('Recorded: Granite Gym withdraws the cancellation request.').waitFor();
    });
    assert.equal(requests.length, 1);
    assert.deepEqual(await status('Granite Gym'), before);

    // A request that was withdrawn by mistake.
    await more(row, 'Harbour Hotels').click();
    await page.getByRole('menuitem', { name: /^Withdraw cancellation request/ }).click();
    await row('Harbour Hotels').getByText('waits for a decision').waitFor();
    await page.getByText('Recorded: Harbour Hotels withdraws the cancellation request.').waitFor();
    await page.keyboard.press('Control+z');
    await row('Harbour Hotels').getByText('Cancellation requested').waitFor();

    // What no act takes back offers no undo, and the dialog said so.
    await more(row, 'Cobalt Cycling').click();
    await page.getByRole('menuitem', { name: /^Accept/ }).click();
    await page
      .getByText('An acceptance cannot be withdrawn. Until 4 Dec 2026, the customer can still cancel the contact upgrade.')
      .waitFor();
    await page.getByRole('button', { name: 'Record acceptance' }).click();
    const told = page.locator('.toast', { hasText: 'Recorded: Cobalt Cycling accepts.' });
    await told.waitFor();
    assert.equal(await told.getByRole('button', { name: 'Undo' }).count(), 0);

    // The owner of before: set by hand, and the default.
    for (const [customer, choice, back] of [
      ['Bäckerei Müller', /^Vendor/, 'set by hand'],
      ['Delta Dental', /^Partner/, 'default'],
    ]) {
      const cell = row(customer).getByRole('button', { name: /^Communication owner/ });
      const owner = await cell.innerText();
      await cell.click();
      await page.getByRole('menuitemradio', { name: choice }).click();
      await page.locator('.toast', { hasText: customer }).getByRole('button', { name: 'Undo' }).click();
      await row(customer).getByText(back).waitFor();
      assert.equal(await cell.innerText(), owner);
    }
  },
);
