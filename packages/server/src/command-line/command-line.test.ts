import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createApiKey } from '../api-key/api-key.queries.ts';
import { createAuthenticate } from '../authentication/authenticate.ts';
import { globalId } from '../graphql/global-id.ts';
import { runCommand, type CommandResult } from '../../testing/command.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/test-database.ts';

// Each command is a new process, which takes time to start.
jest.setTimeout(120_000);

let database: TestDatabase;
const acme = randomUUID();

beforeAll(async () => {
  database = await createTestDatabase();
  await database.superuserPool.query(`insert into partner (id, name) values ($1, 'Acme'), ($2, 'Globex')`, [acme, randomUUID()]);
});
afterAll(() => database.close());

const renewals = (...args: string[]): Promise<CommandResult> => runCommand(args, { DATABASE_URL: database.url });

describe('renewals key', () => {
  test('create prints a key that works, alone on standard output', async () => {
    const { code, stdout, stderr } = await renewals('key', 'create', '--partner', 'Acme', '--role', 'MANAGER');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^prk_[0-9A-Za-z]{12}_[0-9A-Za-z]{22}_[0-9A-Za-z]{38}\n$/);
    expect(stderr).toMatch(/^API key [0-9A-Za-z]{12} of "Acme", role MANAGER, never expires\. It is not shown again\.\n$/);
    expect(stderr).not.toContain(stdout.trim());
    const viewer = await createAuthenticate(database.pool, Date.now)(`Bearer ${stdout.trim()}`, undefined);
    expect(viewer).toMatchObject({ partnerId: acme, role: 'MANAGER', partnerUserId: null });
  });

  test('create creates a key of a user, with only the rights of the user; list shows it, revoke ends it', async () => {
    const user = await renewals('user', 'create', '--partner', 'Acme', '--name', 'Ann', '--email', 'ann@acme.example', '--role', 'VIEWER');
    expect([user.code, user.stdout]).toEqual([0, expect.stringMatching(/^usr_[0-9a-f-]{36}\n$/)]);
    const args = ['--partner', 'Acme', '--role', 'ADMIN', '--user', 'Ann@acme.example', '--expires-in-days', '30'];
    const created = await renewals('key', 'create', ...args);
    expect(created.stderr).toContain('The key has only the rights of its user, who is a VIEWER.');
    const key = created.stdout.trim();
    const id = key.split('_')[1]!;

    const listed = JSON.parse((await renewals('key', 'list', '--partner', 'Acme', '--json')).stdout) as {
      id: string;
      expiresAt: string;
    }[];
    const entry = listed.find((each) => each.id === id)!;
    expect(entry).toMatchObject({ partner: 'Acme', role: 'ADMIN', userEmail: 'ann@acme.example', revokedAt: null });
    expect(new Date(entry.expiresAt).getTime() - Date.now()).toBeGreaterThan(29.9 * 86_400_000);
    expect(JSON.stringify(listed)).not.toContain(key.split('_').at(-1));

    const authenticate = () => createAuthenticate(database.pool, Date.now)(`Bearer ${key}`, undefined);
    expect(await authenticate()).toMatchObject({ role: 'VIEWER', partnerUserId: user.stdout.trim().slice(4) });
    // Whoever has found a key has it whole. It is never shown.
    const [cut, whole] = [await renewals('key', 'revoke', key.slice(4)), await renewals('key', 'revoke', `Bearer ${key}`)];
    expect([cut.code, cut.stderr.includes(key.slice(20, 50))]).toEqual([1, false]);
    expect(whole).toEqual({ code: 0, stdout: '', stderr: `API key ${id} is revoked.\n` });
    expect(await renewals('key', 'revoke', id)).toEqual({ code: 0, stdout: '', stderr: `API key ${id} was already revoked.\n` });
    expect(await authenticate()).toBe('UNAUTHENTICATED');
    const table = (await renewals('key', 'list')).stdout;
    expect(table).toMatch(/^ID +PARTNER +ROLE +USER +CREATED +STATE *\n/);
    expect(table).toMatch(new RegExp(`${id} +Acme +ADMIN +ann@acme.example +\\S+ +revoked \\S+ *\n`));
  });

  test('an error is printed to standard error, with exit code 1', async () => {
    const faulty: [words: string[], sentence: string | RegExp][] = [
      [
        ['create', '--partner', 'Nobody', '--role', 'VIEWER'],
        'There is no partner "Nobody". `npm run renewals -- partner list` lists all partners.\n',
      ],
      [['create', '--partner', 'Acme', '--role', 'VIEWER', '--user', 'x@y.z'], 'The partner "Acme" has no user with the address x@y.z.\n'],
      [['create', '--partner', 'Acme', '--role', 'OPERATOR', '--user', 'x@y.z'], /^An operator works for the vendor .*omit --user\.\n$/],
      [['create', '--role', 'viewer'], /^Name the partner of the key: --partner <name>\.\n$/],
      [['create', '--partner', 'Acme', '--role', 'KING'], /Allowed choices are VIEWER, MANAGER, ADMIN, OPERATOR\./],
      [['create', '--partner', 'Acme'], /required option '--role <role>' not specified/],
      [['create', '--partner', 'Acme', '--role', 'VIEWER', '--expires-in-days', '0'], /Use a whole number of days from 1 to 3650\./],
      [['revoke', 'nothing'], /^This is no API key, and no id of one/],
      [['revoke', 'nothing00000'], 'There is no API key "nothing00000". `npm run renewals -- key list` lists all API keys.\n'],
    ];
    const printed = await Promise.all(faulty.map(([words]) => renewals('key', ...words)));
    expect(printed).toEqual(faulty.map(([, sentence]) => ({ code: 1, stdout: '', stderr: expect.stringMatching(sentence) })));
  });
});

test('renewals token is an alias of renewals key', async () => {
  const [created, help] = await Promise.all([renewals('token', 'create', '--partner', 'Globex', '--role', 'VIEWER'), renewals('--help')]);
  expect(created.stdout).toMatch(/^prk_/);
  expect(help).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: renewals [^]*\n +key\|token +/), stderr: '' });
});

test('renewals partner list prints the partners and the ids for operators', async () => {
  const { code, stdout } = await renewals('partner', 'list', '--json');
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    [
      { id: globalId('Partner', acme), name: 'Acme', passedThrough: null },
      { id: expect.stringMatching(/^par_/), name: 'Globex', passedThrough: null },
    ],
  ]);
});

test('renewals user remove removes a user for good, but not the last administrator', async () => {
  const insertAdmin = async (email: string) => {
    const sql = `insert into partner_user (id, partner_id, name, email, role) values ($1, $2, 'Eve', $3, 'ADMIN')`;
    const id = randomUUID();
    await database.superuserPool.query(sql, [id, acme, email]);
    return id;
  };
  const remove = async (email: string) => await renewals('user', 'remove', '--partner', 'Acme', '--email', email);
  const partnerUserId = await insertAdmin('eve@acme.example');
  const { key } = await createApiKey(database.pool, acme, { role: 'ADMIN', partnerUserId, expiresAt: null, actor: 'test' });
  expect(await remove('EVE@acme.example')).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^This is the last administrator\./),
  });
  await insertAdmin('other@acme.example');
  expect(await createAuthenticate(database.pool, Date.now)(`Bearer ${key}`, undefined)).toMatchObject({ role: 'ADMIN', partnerUserId });
  const note = 'Removed the user EVE@acme.example of "Acme". Their writes stop at once, and their reads within 5 seconds.\n';
  expect(await remove('EVE@acme.example')).toEqual({ code: 0, stdout: '', stderr: note });
  expect(await createAuthenticate(database.pool, Date.now)(`Bearer ${key}`, undefined)).toBe('UNAUTHENTICATED');
  const none = 'The partner "Acme" has no user with the address eve@acme.example.\n';
  expect(await remove('eve@acme.example')).toEqual({ code: 1, stdout: '', stderr: none });
  const again = ['--name', 'Eve', '--email', 'eve@acme.example', '--role', 'ADMIN'];
  expect((await renewals('user', 'create', '--partner', 'Acme', ...again)).code).toBe(0);
});

test('renewals user create accepts an address once per partner', async () => {
  const create = (email: string) => renewals('user', 'create', '--partner', 'Globex', '--name', 'Bob', '--email', email, '--role', 'ADMIN');
  expect((await create('bob@globex.example')).code).toBe(0);
  expect((await create('BOB@globex.example')).stderr).toBe(
    'The partner "Globex" already has a user with the address BOB@globex.example.\n',
  );
});

test('renewals user create refuses a name or an address with invisible characters, and shows them escaped', async () => {
  const create = (name: string, email: string) =>
    renewals('user', 'create', '--partner', 'Globex', '--name', name, '--email', email, '--role', 'VIEWER');
  const faulty = await Promise.all([create('Bo\u202eb', 'bob2@globex.example'), create('Bob', 'bo\u200bb@globex.example')]);
  expect(faulty.map(({ code, stderr }) => [code, stderr.trim()])).toEqual([
    [1, expect.stringContaining('The name "Bo\\u{202e}b" is invalid. Remove the invisible character U+202E.')],
    [1, expect.stringContaining('"bo\\u{200b}b@globex.example" is not an e-mail address.')],
  ]);
});

test('renewals schema prints the committed schema, and needs no database', async () => {
  const { code, stdout } = await runCommand(['schema'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' });
  expect([code, stdout]).toEqual([0, readFileSync(new URL('../../../../schema/schema.graphql', import.meta.url), 'utf8')]);
});

test('renewals reports errors in the command, the variables and the database, with exit code 1', async () => {
  const [unknown, none, variables, unreachable] = await Promise.all([
    renewals('constructor'),
    renewals(),
    runCommand(['serve'], { PORT: 'x', SAMPLE_DATA: 'maybe' }),
    runCommand(['migrate'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' }),
  ]);
  expect(unknown).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/unknown command 'constructor'/) });
  expect(none).toMatchObject({ code: 1, stdout: '' });
  expect(variables).toEqual({
    code: 1,
    stdout: '',
    stderr: 'PORT must be a whole number from 0 to 65535, not "x".\nSAMPLE_DATA must be one of on, off, not "maybe".\n',
  });
  expect(unreachable).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(/^The database can't be reached: [^\n]+\n$/) });
});

test('renewals partner create and rename, user list, and keys of operators, in roles of any case', async () => {
  const created = await renewals('partner', 'create', ' Initech ');
  expect(created).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^par_[0-9a-f-]{36}\n$/),
    stderr: expect.stringMatching(/^Created the partner "Initech"\./),
  });
  const [taken, takenToo] = await Promise.all([renewals('partner', 'create', 'Acme'), renewals('partner', 'rename', 'Initech', 'Globex')]);
  expect(taken).toEqual({ code: 1, stdout: '', stderr: 'There is a partner "Acme" already.\n' });
  expect(takenToo.stderr).toBe('There is a partner "Globex" already.\n');
  expect(await renewals('partner', 'rename', 'Initech', 'Initrode')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'The partner "Initech" is now "Initrode".\n',
  });
  // A script may name the partner by its id, whatever its name is now; an id of no partner is not taken for a new name.
  const idOfInitrode = created.stdout.trim();
  const [byId, unknown] = await Promise.all([
    renewals('key', 'list', '--partner', idOfInitrode),
    renewals('import', 'nowhere', '--create-partner', '--partner', globalId('Partner', randomUUID())),
  ]);
  expect([byId.code, byId.stderr]).toEqual([0, '']);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringMatching(/^There is no partner "par_/)]);
  // The vendor's key belongs to no partner, and outlives the one it is stored with.
  const [kept, operator] = await Promise.all([
    renewals('key', 'create', '--role', 'operator', '--partner', 'Initrode'),
    renewals('key', 'create', '--role', 'Operator'),
    renewals('user', 'create', '--partner', 'Initrode', '--name', 'Zoe', '--email', 'zoe@initrode.example', '--role', 'manager'),
  ]);
  const [users, ofPartner, all] = await Promise.all([
    renewals('user', 'list', '--partner', 'Initrode'),
    renewals('key', 'list', '--partner', 'Initrode'),
    renewals('key', 'list', '--json'),
  ]);
  expect(users.stdout).toMatch(/^PARTNER +NAME +E-MAIL +ROLE +ID *\nInitrode +Zoe +zoe@initrode\.example +MANAGER +usr_\S+ *\n$/);
  expect(ofPartner).toMatchObject({ code: 0, stdout: expect.not.stringContaining('OPERATOR') });
  const ids = [kept, operator].map(({ stdout }) => stdout.trim().split('_')[1]!);
  const listed = JSON.parse(all.stdout) as { id: string; partner: string | null }[];
  expect(listed.filter(({ id }) => ids.includes(id)).map(({ partner }) => partner)).toEqual([null, null]);
  expect((await renewals('partner', 'remove', idOfInitrode, '--yes')).code).toBe(0);
  const authenticate = createAuthenticate(database.pool, Date.now);
  expect(await authenticate(`Bearer ${kept.stdout.trim()}`, globalId('Partner', acme))).toMatchObject({ role: 'OPERATOR' });
});

test('renewals has a version, and help prints the help of a command in a group', async () => {
  const [version, help] = await Promise.all([renewals('--version'), renewals('help', 'token', 'create')]);
  expect(version).toEqual({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: '' });
  expect(help.stdout).toMatch(/^Usage: renewals key create \[options\]\n/);
});
