import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';
import { waitingForShare } from '../database/payer-pool.ts';

/** Shows the connections of a process to its database. */
export function showPool(registry: Registry, pool: Pool): void {
  const connections: Gauge<'state'> = new Gauge({
    name: 'renewals_pool_connections',
    help: 'Connections to the database: busy, idle, and the most that there may be.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      connections.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      connections.set({ state: 'idle' }, pool.idleCount);
      connections.set({ state: 'most' }, pool.options.max);
    },
  });
  const waiting: Gauge = new Gauge({
    name: 'renewals_pool_waiting',
    help: 'Work that waits for a connection, or for its share of them.',
    registers: [registry],
    collect: () => waiting.set(pool.waitingCount + waitingForShare(pool)),
  });
}
