import { startBenchCluster } from '../speed/bench-database.ts';
import { productDocument } from '../speed/contender.ts';
import { loadDataset, type Partner } from '../speed/dataset.ts';
import { bigPartnerId } from '../../../server/testing/dashboard-rows.ts';
import { businessDate, startProduct, type NodeServer } from '../node-process.ts';

/** The server in production, with partners who all have a full page. */
export type PageTarget = NodeServer & { partners: Partner[]; bigPartner: Partner };

/** The limits of the product, which other measurements raise. */
const defaultLimits = { MAX_REQUESTS_IN_WORK: '10', COST_BUCKET: '100000', COST_RESTORE_PER_SECOND: '10000' };

export async function startPageTarget(variables: Record<string, string>, { isServer = false } = {}): Promise<PageTarget> {
  const cluster = await startBenchCluster({ isServer });
  try {
    const database = await cluster.createDatabase('faults');
    const all = await loadDataset(database, businessDate(), 40_000);
    const server = await startProduct(process.execPath, {
      DATABASE_URL: database.variables.DATABASE_URL,
      ...defaultLimits,
      ...variables,
    });
    return {
      ...server,
      partners: all.filter(({ id }) => id !== bigPartnerId),
      bigPartner: all.find(({ id }) => id === bigPartnerId)!,
      async stop() {
        await server.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

/** A page of 50 rows with all 15 columns. */
export const pageBody = JSON.stringify({ query: productDocument('all') });

export const headersOf = (token: string): Record<string, string> => ({
  'content-type': 'application/json',
  authorization: `Bearer ${token}`,
});
