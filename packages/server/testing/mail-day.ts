import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { passDays } from '../src/contract-change/passing-days.queries.ts';
import { inPartnerTransaction } from '../src/database/transaction.ts';
import type { Delivery, Mail, MailTransport } from '../src/mail/mail.ts';
import { claimMessages, endMessages, releaseMessages, retryLater } from '../src/outbox/outbox.writers.ts';
import type { OutboxMessage } from '../src/outbox/outbox.types.ts';
import { createPlanner } from '../src/reminder/planner.queries.ts';
import { createReminderHandler } from '../src/reminder/reminder.handler.ts';
import { reminderKinds } from '../src/reminder/reminder-kind.ts';
import type { ReminderMail } from '../src/reminder/reminder-mail.types.ts';
import { composeReminder } from '../src/reminder/texts/compose-reminder.ts';

/** A mail that left, with the data it was composed from, and the messages that left in it. */
export type SentMail = { mail: Mail; data: ReminderMail; messages: readonly OutboxMessage[]; at: Date };

type Options = { pool: Pool; businessTimeZone?: string; vendorAddress?: string | null; answer?: (mail: Mail) => Delivery | null };

/** Plans and delivers the reminders of partners, at times that a test tells; what would leave is collected. */
export class MailDay {
  readonly sent: SentMail[] = [];
  now = new Date(0);
  today = '';
  readonly plan: ReturnType<typeof createPlanner>;
  readonly #handler: ReturnType<typeof createReminderHandler>;
  #composed: ReminderMail | null = null;
  #delivered: Mail | null = null;

  constructor(private readonly options: Options) {
    const { businessTimeZone = 'UTC', vendorAddress = null } = options;
    this.plan = createPlanner({ businessTimeZone, vendorAddress });
    const transport: MailTransport = {
      deliver: async (mail) =>
        (this.#delivered = mail) &&
        (options.answer?.(mail) ?? { state: 'SENT', address: mail.to.address, messageId: `<${mail.id}@vendor.example>` }),
      close: async () => {},
    };
    this.#handler = createReminderHandler({
      transport,
      compose: (data) => {
        this.#composed = data;
        return composeReminder(data);
      },
      clock: () => ({ today: this.today, now: this.now }),
      businessTimeZone,
      vendorAddress,
      links: { secrets: ['a secret of the tests, long enough'], publicUrl: 'https://renewals.example' },
    });
  }

  /** Goes to a moment; the business date is given, since tests choose zones. */
  at(today: string, now = new Date(`${today}T12:00:00Z`)): this {
    this.today = today;
    this.now = now;
    return this;
  }

  /** Passes the days of a partner, plans, and delivers what is due. */
  async run(partnerId: string): Promise<SentMail[]> {
    await passDays(this.options.pool, partnerId, this.today);
    await this.planNow(partnerId);
    return await this.deliver(partnerId);
  }

  async planNow(partnerId: string): Promise<number> {
    return (await this.plan(this.options.pool, partnerId, { today: this.today, now: this.now })).planned;
  }

  async claim(partnerId: string) {
    const claim = randomUUID();
    const messages = await inPartnerTransaction(this.options.pool, partnerId, (tx) =>
      claimMessages(tx, { claim, kinds: reminderKinds, dueAt: this.now, most: 1_000, leaseMs: 60_000 }),
    );
    return { claim, messages };
  }

  async deliver(partnerId: string): Promise<SentMail[]> {
    return await this.deliverClaimed(partnerId, await this.claim(partnerId));
  }

  /** The mail of messages that leave as one, without a record of it. */
  async mailOf(partnerId: string, messages: readonly OutboxMessage[]): Promise<Mail> {
    const { deliver } = await this.#handler.prepare(this.options.pool, partnerId, messages);
    await deliver!(new AbortController().signal);
    return this.#delivered!;
  }

  /** As the worker does: check, deliver, record. */
  async deliverClaimed(partnerId: string, { claim, messages }: { claim: string; messages: readonly OutboxMessage[] }): Promise<SentMail[]> {
    const { pool } = this.options;
    const left: SentMail[] = [];
    for (const bundle of bundlesOf(messages)) {
      const { skipped, deliver, notBefore } = await this.#handler.prepare(pool, partnerId, bundle);
      const reasons = new Map(skipped.map(({ id, reason }) => [id, reason]));
      const rest = bundle.filter(({ id }) => !reasons.has(id));
      const outcome = rest.length > 0 && deliver !== null ? await deliver(new AbortController().signal) : null;
      await inPartnerTransaction(pool, partnerId, async (tx) => {
        for (const message of bundle.filter(({ id }) => reasons.has(id))) {
          const skip = { state: 'SKIPPED', reason: reasons.get(message.id)! } as const;
          await endMessages(tx, { claim, ids: [message.id] }, skip);
          await this.#handler.ended(tx, [message], skip);
        }
        if (notBefore) await releaseMessages(tx, { claim, ids: rest.map(({ id }) => id) }, notBefore);
        if (outcome === null) return;
        const claimed = { claim, ids: rest.map(({ id }) => id) };
        if (outcome.state === 'RETRY')
          return await retryLater(tx, claimed, { ...outcome, notBefore: new Date(this.now.getTime() + 60_000) });
        await endMessages(tx, claimed, outcome);
        await this.#handler.ended(tx, rest, outcome);
        if (outcome.state === 'SENT') left.push({ mail: this.#delivered!, data: this.#composed!, messages: rest, at: this.now });
      });
    }
    this.sent.push(...left);
    return left;
  }
}

function bundlesOf(messages: readonly OutboxMessage[]): OutboxMessage[][] {
  const bundles = new Map<string, OutboxMessage[]>();
  for (const message of messages) {
    const key = message.bundleId ?? message.id;
    bundles.set(key, [...(bundles.get(key) ?? []), message]);
  }
  return [...bundles.values()];
}
