import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { version } from '../config.ts';

export type Metrics = {
  registry: Registry;
  daysPassed: Counter;
  passingSeconds: Histogram;
  /** Shows what the functions answer at the time of each scrape. */
  showPartners(count: { behind(): number; barred(): number }): void;
};

/**
 * The metrics of a process, on `/metrics`. A new one is a line here and a call where it counts. Labels never hold partners, people or
 * values: whoever reads them must learn nothing of a partner.
 */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  new Gauge({ name: 'renewals_build_info', help: 'The version of the program.', labelNames: ['version'], registers }).set({ version }, 1);
  return {
    registry,
    daysPassed: new Counter({ name: 'renewals_days_passed_total', help: 'Days that passed, summed over partners.', registers }),
    passingSeconds: new Histogram({
      name: 'renewals_passing_seconds',
      help: 'Time of the transactions in which days pass.',
      buckets: [0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    }),
    showPartners({ behind, barred }) {
      gauge('renewals_partners_behind', 'Partners whose days have not passed through the business date.', behind);
      gauge('renewals_partners_barred', 'Partners that get 503 because passing their days failed.', barred);
    },
  };
}

/** CPU, memory, event loop and garbage collection of the process. Once a process: they are observed from then on. */
export function showProcess(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
}
