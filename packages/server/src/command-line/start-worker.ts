import type { Pool } from 'pg';
import type { Registry } from 'prom-client';
import type { Config } from '../config.ts';
import { createMailTransport } from '../mail/mail-transport.ts';
import type { BusinessDay } from '../process/business-day.ts';
import type { Logger } from '../process/log.ts';
import { readLinkSecrets } from '../reminder/link-secret.ts';
import { createPlanner } from '../reminder/planner.queries.ts';
import { createReminderHandler } from '../reminder/reminder.handler.ts';
import { composeReminder } from '../reminder/texts/compose-reminder.ts';
import { startWorker, type Worker } from '../worker/worker.ts';

type Parts = {
  config: Config;
  pool: Pool;
  businessDay: Pick<BusinessDay, 'today' | 'isThrough'>;
  registry: Registry;
  log: Logger;
  /** How many connections of the pool it may use at once. */
  connections: number;
  /** The address of the links in mail, unless the configuration has one. */
  url: string;
};

/** Starts the worker of a process. Null if nothing may leave: then nothing is planned either. */
export async function startWorkerOf({ config, url, ...parts }: Parts): Promise<Worker | null> {
  const { pool, businessDay, log } = parts;
  const { businessTimeZone, mail } = config;
  const transport = await createMailTransport(config, log);
  if (transport === null) {
    log.warn('reminders are neither planned nor sent: SMTP_URL is not set');
    return null;
  }
  const vendorAddress = mail.vendorAddress ?? null;
  const handler = createReminderHandler({
    transport,
    compose: composeReminder,
    clock: () => ({ today: businessDay.today(), now: new Date() }),
    businessTimeZone,
    vendorAddress,
    links: { secrets: await readLinkSecrets(config), publicUrl: config.publicUrl ?? url },
  });
  const worker = startWorker({
    ...parts,
    pool,
    handlers: [handler],
    plan: createPlanner({ businessTimeZone, vendorAddress }),
    now: Date.now,
    perMinute: config.mailPerMinute,
    perMinuteOfPartner: config.mailPerMinuteOfPartner,
  });
  return {
    async stop() {
      await worker.stop();
      await transport.close();
    },
  };
}
