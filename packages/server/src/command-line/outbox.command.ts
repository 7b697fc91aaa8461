import type { Command } from 'commander';
import type { Pool } from 'pg';
import { businessDate, type CalendarDate } from '../calendar-date.ts';
import type { Config } from '../config.ts';
import { inPartnerTransaction } from '../database/transaction.ts';
import { endWaiting } from '../outbox/outbox.writers.ts';
import { readOutboxDepthUnscoped } from '../outbox/outbox-survey.queries.ts';
import { isOutboxHeldUnscoped, releaseOutboxUnscoped } from '../outbox/restoration.writers.ts';
import { listPartnersUnscoped } from '../partner/partner-directory.queries.ts';
import { createPlanner } from '../reminder/planner.queries.ts';
import { CommandError } from './command-error.ts';
import { note } from './output.ts';
import { useDatabase } from './use-database.ts';

type ReleaseOptions = { send?: true; skip?: true };

export function addOutboxCommand(program: Command): void {
  program
    .command('outbox')
    .description('release the outbox, which a restore holds')
    .command('release')
    .description('let mail leave again; say what happens to what waits, which the original may have sent after the backup')
    .option('--send', 'send it: nothing was sent since the backup')
    .option('--skip', 'skip it: it was sent since the backup, or nobody should hear of it')
    .action(release);
}

async function release({ send, skip }: ReleaseOptions): Promise<void> {
  await useDatabase(async ({ pool }, config) => {
    if (!(await isOutboxHeldUnscoped(pool))) return note('The outbox is not held.');
    if (send === skip) {
      const { due, later } = await readOutboxDepthUnscoped(pool, new Date());
      throw new CommandError(
        `${due} messages are due, and ${later} wait for later. Add --send if nothing was sent since the backup, ` +
          'or --skip to send none of them, also of those for later, if the original went on sending.',
      );
    }
    if (skip) note(`Skipped ${await skipAll(pool, config)} messages, with those that were not planned yet.`);
    await releaseOutboxUnscoped(pool);
    note('The outbox is released: mail leaves again within seconds.');
  });
}

/** Skips what waits, after everything of today was planned: else the planner would find it missing, and mail it again. */
async function skipAll(pool: Pool, config: Config): Promise<number> {
  const today: CalendarDate = config.businessDate ?? businessDate(Date.now(), config.businessTimeZone);
  const partners = await listPartnersUnscoped(pool);
  const behind = partners.filter(({ passedThrough }) => passedThrough !== today);
  if (behind.length > 0) {
    throw new CommandError(
      `The days of ${behind.length} partners have not passed through ${today} yet, so what is due is not known. ` +
        'Start the server, wait until `npm run renewals -- status` says that all days have passed, and release again.',
    );
  }
  const plan = createPlanner({ businessTimeZone: config.businessTimeZone, vendorAddress: config.mail.vendorAddress ?? null });
  const waiting = `select message.id from outbox_message message where message.partner_id = $1 and message.state = 'WAITING'`;
  let skipped = 0;
  for (const { id } of partners) {
    await plan(pool, id, { today, now: new Date() });
    skipped += await inPartnerTransaction(pool, id, (tx) => endWaiting(tx, { sql: waiting, values: [] }, 'TOO_LATE'));
  }
  return skipped;
}
