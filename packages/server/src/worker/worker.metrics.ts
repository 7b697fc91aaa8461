import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { OutboxDepth } from '../outbox/outbox-survey.queries.ts';

export type WorkerMetrics = {
  planned: Counter;
  planningSeconds: Histogram;
  /** Messages by how they ended. */
  ended: Counter<'state' | 'reason'>;
  retries: Counter;
  deliverySeconds: Histogram;
  /** Shows whether deliveries pause because no mail server is reached. */
  showUnreachable(read: () => boolean): void;
  showDepth(depth: OutboxDepth & { isHeld: boolean }, now: number): void;
  /** Shows nothing: the numbers are not known now. */
  hideDepth(): void;
};

/** The metrics of a worker. Reasons are words of the product; no label holds a partner, a person or an address. */
export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry];
  const waiting = new Gauge({
    name: 'renewals_outbox_waiting',
    help: 'Messages that wait: due now, or later. Counted every 15 seconds over all partners.',
    labelNames: ['due'],
    registers,
  });
  const oldest = new Gauge({ name: 'renewals_outbox_oldest_due_seconds', help: 'Age of the oldest message that is due.', registers });
  const held = new Gauge({ name: 'renewals_outbox_held', help: '1 while no mail leaves, since a restore.', registers });
  return {
    planned: new Counter({ name: 'renewals_messages_planned_total', help: 'Messages that this worker planned.', registers }),
    planningSeconds: new Histogram({
      name: 'renewals_planning_seconds',
      help: 'Time to plan the messages of one partner.',
      buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    ended: new Counter({
      name: 'renewals_messages_ended_total',
      help: 'Messages that this worker ended, by state, and by the reason if they did not leave.',
      labelNames: ['state', 'reason'],
      registers,
    }),
    retries: new Counter({ name: 'renewals_delivery_retries_total', help: 'Attempts that failed and are repeated later.', registers }),
    deliverySeconds: new Histogram({
      name: 'renewals_delivery_seconds',
      help: 'Time of one attempt to deliver.',
      buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
      registers,
    }),
    showUnreachable(read) {
      const unreachable: Gauge = new Gauge({
        name: 'renewals_mail_server_unreachable',
        help: '1 while deliveries pause because no mail server is reached, or none that takes our mail.',
        registers,
        collect: () => unreachable.set(read() ? 1 : 0),
      });
    },
    showDepth({ due, later, oldestDue, isHeld }, now) {
      held.set(isHeld ? 1 : 0);
      waiting.set({ due: 'now' }, due);
      waiting.set({ due: 'later' }, later);
      oldest.set(oldestDue === null ? 0 : Math.max(0, (now - oldestDue.getTime()) / 1_000));
    },
    hideDepth() {
      waiting.reset();
      oldest.set(Number.NaN);
      held.set(Number.NaN);
    },
  };
}
