import 'reflect-metadata';
import { addDays, addMonths } from '../../../server/src/calendar-date.ts';
import { createStories } from '../../../server/testing/customer-stories.ts';
import { openDatabase } from '../../../server/src/database/database.ts';
import { inPartnerTransaction } from '../../../server/src/database/transaction.ts';
import { MailDay } from '../../../server/testing/mail-day.ts';
import { TestData } from '../../../server/testing/test-data.ts';
import { startBenchCluster } from './bench-database.ts';

// Lists the mails of a year in which nobody does anything, for a person to judge: of one annual and of one monthly customer, to the partner's
// administrator, to a colleague with the weekly digest, and to the customers.
//   cd packages/bench && npm run mail-year

const start = '2026-01-05';
const cluster = await startBenchCluster();
try {
  await list();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await cluster.stop();
}
process.exit();

async function list(): Promise<void> {
  const { variables } = await cluster.createDatabase('mail_year');
  const config = {
    databaseUrl: variables.DATABASE_URL,
    dataDir: '',
    environment: 'production',
    poolSize: 4,
    statementTimeoutMs: 30_000,
  } as const;
  const { pool, close } = await openDatabase(config, { migrate: false });
  const data = await TestData.of(pool, { name: 'Nordlicht Beratung', passedThrough: start });
  await inPartnerTransaction(pool, data.partnerId, async (tx) => {
    await tx.query(
      `insert into partner_user (partner_id, id, name, email, role) values
        ($1, gen_random_uuid(), 'Alex Admin', 'alex@partner.example', 'ADMIN'), ($1, gen_random_uuid(), 'Vera Winter', 'vera@partner.example', 'VIEWER')`,
      [tx.partnerId],
    );
    await tx.query('insert into reminder_settings (partner_id, customer_notices) values ($1, true)', [tx.partnerId]);
    await tx.query(
      `insert into reminder_preference (partner_id, partner_user_id, weekly_digest) select $1, id, true from partner_user where partner_id = $1 and name = 'Vera Winter'`,
      [tx.partnerId],
    );
  });
  const customer = (name: string, first: string, termMonths: number) => ({
    ...{ name, owner: 'PARTNER' as const, contact: `${name.split(' ')[0]!.toLowerCase()}@customer.example`, termMonths },
    ...{ anchor: addMonths(first, -48), renewalMonths: 48, changes: [{ type: 'RENEWAL', on: first }] },
  });
  await createStories(data, [customer('Annual Ltd', '2026-07-01', 12), customer('Monthly Ltd', '2026-01-20', 1)]);
  const mailDay = new MailDay({ pool });
  for (let day = start; day < addDays(start, 365); day = addDays(day, 1)) {
    for (const { mail, data: about } of await mailDay.at(day).run(data.partnerId))
      console.log([day, about.kind.padEnd(17), mail.to.address.padEnd(24), mail.subject].join('  '));
  }
  console.log(`${mailDay.sent.length} mails in all.`);
  await close();
}
