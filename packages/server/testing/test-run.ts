import pg from 'pg';

/** What the processes of a test run share: its PostgreSQL, perhaps a connection pooler in front of it, a folder that is removed with the run, and whether `dist` is what the sources say. */
export type TestRun = { superuserUrl: string; poolerUrl?: string; log: string; prefix: string; folder: string; isBuilt: boolean };

/** The login that owns the tables of test databases. */
export const ownerLogin = { name: 'renewals_test_owner', password: 'renewals_test_owner' };

export function currentTestRun(): TestRun {
  const text = process.env['TEST_RUN'];
  if (!text) throw new Error('There is no test database server. Run tests with `npm test`: its global setup starts one.');
  return JSON.parse(text) as TestRun;
}

/** The address of a database of the run, for the superuser or another login. */
export function urlOf(
  { superuserUrl }: Pick<TestRun, 'superuserUrl'>,
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
  { superuserUrl, poolerUrl = superuserUrl }: TestRun,
  database: string,
  login?: { name: string; password: string },
) => urlOf({ superuserUrl: poolerUrl }, database, login);

export async function asSuperuser(
  { superuserUrl }: Pick<TestRun, 'superuserUrl'>,
  work: (superuser: pg.Client) => Promise<unknown>,
): Promise<void> {
  const superuser = new pg.Client({ connectionString: superuserUrl });
  await superuser.connect();
  try {
    await work(superuser);
  } finally {
    await superuser.end();
  }
}
