import pg from 'pg';
import { sharedByRun } from './test-run.ts';

/**
 * The PostgreSQL of a test run, and perhaps a connection pooler in front of it. Nothing else tells its address, so a test file that does
 * not import this one, also through others, passes or fails alike on every server (`on-a-server.filter.mjs`).
 */
export type TestCluster = { superuserUrl: string; poolerUrl?: string; log: string; prefix: string };

/** The login that owns the tables of test databases. */
export const ownerLogin = { name: 'renewals_test_owner', password: 'renewals_test_owner' };

export const currentTestCluster = () => sharedByRun('TEST_CLUSTER') as TestCluster;

/** The address of a database of the run, for the superuser or another login. */
export function urlOf(
  { superuserUrl }: Pick<TestCluster, 'superuserUrl'>,
  database: string,
  login?: { name: string; password: string },
): string {
  // Built without URL: an address over a Unix socket has no host, which URL refuses beside a login.
  const [, scheme, authority = '', query = ''] = /^([a-z]+:\/\/)([^/?]*)[^?]*(\?.*)?$/.exec(superuserUrl) ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return `${scheme}${login ? `${login.name}:${login.password}@${host}` : authority}/${database}${query}`;
}

/** The address for a server: through the connection pooler if the run has one. */
export const servedUrlOf = (
  { superuserUrl, poolerUrl = superuserUrl }: TestCluster,
  database: string,
  login?: { name: string; password: string },
) => urlOf({ superuserUrl: poolerUrl }, database, login);

export async function asSuperuser(
  { superuserUrl }: Pick<TestCluster, 'superuserUrl'>,
  work: (superuser: pg.Client) => Promise<unknown>,
): Promise<void> {
  const superuser = new pg.Client({ connectionString: superuserUrl });
  // A time limit of `drop database` can be told after its answer, when no statement is there to reject.
  superuser.on('error', () => {});
  await superuser.connect();
  try {
    await work(superuser);
  } finally {
    await superuser.end();
  }
}
