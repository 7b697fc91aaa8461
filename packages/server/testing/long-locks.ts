import type { MigrationInterface, QueryRunner } from 'typeorm';

// What PostgreSQL does under a lock that keeps readers or writers of a big table waiting, found in the text of a migration. It knows the
// forms that migrations use, not the whole language: `npm run migrations` of packages/bench measures.

/** Tables with a few rows a partner, or 1,000 that live. */
const smallTables = [
  'partner',
  'partner_user',
  'api_key',
  'migrations',
  'restoration',
  'reminder_settings',
  'reminder_planning',
  'saved_view',
];

/** The statements of a migration that would hold a lock on a filled table for long, each with the reason. */
export async function longLocksIn(migration: MigrationInterface): Promise<string[]> {
  const texts: string[] = [];
  const query = async (text: string) => void texts.push(text);
  await migration.up({ query, isTransactionActive: migration.transaction !== false } as unknown as QueryRunner);
  const statements = texts.flatMap(statementsOf);
  const created = statements.flatMap((text) => /^create (?:unlogged )?table (?:if not exists )?(\w+)/.exec(text)?.[1] ?? []);
  const isSmall = (table: string | undefined) => table === undefined || created.includes(table) || smallTables.includes(table);
  return statements.flatMap((text) => {
    const problem = problemOf(text, { isSmall, isInTransaction: migration.transaction !== false });
    return problem === null ? [] : [`${problem}: ${text.slice(0, 100)}`];
  });
}

function statementsOf(text: string): string[] {
  const plain = text
    .replace(/--.*$/gm, '')
    // Bodies of functions run later; those of `do` run now, and their `execute` is not understood.
    .replace(/\$(\w*)\$[^]*?\$\1\$/g, "''")
    .toLowerCase();
  return plain
    .split(';')
    .map((each) => each.replace(/\s+/g, ' ').trim())
    .filter((each) => each !== '');
}

type Context = { isSmall: (table: string | undefined) => boolean; isInTransaction: boolean };

function problemOf(text: string, { isSmall, isInTransaction }: Context): string | null {
  if (/^(create|drop|reindex)\b.* concurrently\b/.test(text)) return isInTransaction ? 'concurrently in a transaction' : null;
  const indexed = /^create (?:unique )?index .*?\bon (\w+)/.exec(text)?.[1];
  if (!isSmall(indexed)) return 'create index without concurrently';
  if (/^(vacuum full|cluster|reindex)\b/.test(text)) return 'rewrites or reads the table';
  const altered = /^alter table (?:if exists )?(?:only )?(\w+)/.exec(text)?.[1];
  if (!isSmall(altered)) return problemOfAltering(text);
  const changed = /\b(?:update|delete from|merge into) (?:only )?(\w+)(?! of\b)/.exec(text)?.[1];
  if (/^(with|update|delete|merge)\b/.test(text) && !isSmall(changed)) return 'changes all rows at once';
  return null;
}

function problemOfAltering(text: string): string | null {
  const actions = text.replace(/\([^()]*(\([^()]*\)[^()]*)*\)/g, '()').split(',');
  const isAdded = actions.some(
    (each) => /\badd (?:constraint|foreign key|check|unique|primary key)\b/.test(each) && !/\bnot valid\b|\busing index\b/.test(each),
  );
  if (isAdded) return 'constraint without not valid';
  const isSlow = actions.some(
    (each) =>
      /\balter (?:column )?\w+ (?:set data )?type\b|\bset not null\b|\bgenerated always as\b|\bset (?:logged|unlogged|tablespace)\b/.test(
        each,
      ) ||
      (/\badd\b/.test(each) && /\bdefault \w+\(/.test(each) && !/\bdefault (?:now|statement_timestamp)\(/.test(each)),
  );
  return isSlow ? 'rewrites or reads the table' : null;
}
