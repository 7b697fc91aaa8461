import { domainToUnicode } from 'node:url';
import removeAccents from 'remove-accents';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const batchSize = 5000;

/** Writes the searched texts with both spellings of umlauts and on five lines. */
export class SearchText1790550000000 implements MigrationInterface {
  name = 'SearchText1790550000000';

  async up(runner: QueryRunner): Promise<void> {
    // Forced row-level security applies to the owner too, so each partner is visited by itself.
    const partners = (await runner.query('select id from partner order by id')) as { id: string }[];
    for (const partner of partners) {
      await runner.query(`select set_config('app.partner_id', $1, true)`, [partner.id]);
      await rewriteCustomers(runner, partner.id);
      await runner.query(
        `update dashboard_row row set search_text = customer.search_text from customer
         where row.partner_id = $1 and customer.partner_id = $1 and customer.id = row.customer_id
           and row.search_text <> customer.search_text`,
        [partner.id],
      );
    }
    await runner.query(`select set_config('app.partner_id', '', true)`);
  }

  async down(): Promise<void> {
    throw new Error('Migrations cannot be reverted: restore a backup instead.');
  }
}

async function rewriteCustomers(runner: QueryRunner, partnerId: string): Promise<void> {
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const customers = (await runner.query('select id, name, website from customer where partner_id = $1 and id > $2 order by id limit $3', [
      partnerId,
      after,
      batchSize,
    ])) as { id: string; name: string; website: string | null }[];
    const last = customers.at(-1);
    if (last === undefined) return;
    await runner.query(
      `update customer set search_text = folded.search_text from unnest($2::uuid[], $3::text[]) folded(id, search_text)
       where customer.partner_id = $1 and customer.id = folded.id`,
      [partnerId, customers.map(({ id }) => id), customers.map(({ name, website }) => searchText(name, website))],
    );
    after = last.id;
  }
}

// A copy of customer/search-text.ts as it was at this migration: a migration must not change with the program. PostgreSQL cannot fold
// as it does, because its case and its accents depend on the platform and the version.

function foldWith(text: string, { umlaut }: { umlaut: '$&' | '$&e' }): string {
  if (/^[ -_a-~]*$/.test(text)) return text.toLowerCase().replaceAll(/ {2,}/g, ' ');
  const visible = text
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll('´', "'")
    .replaceAll('″', '"')
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[äöü]/g, umlaut)
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '');
  return removeAccents(visible)
    .replaceAll('ß', 'ss')
    .replaceAll('ς', 'σ')
    .replaceAll(/[‘’‚‛‹›′`ʹʻʼʽ]/g, "'")
    .replaceAll(/[“”„‟«»〝〞〟ʺ]/g, '"')
    .replaceAll(/[\p{Dash}⁃]/gu, '-')
    .replaceAll(/\p{White_Space}+/gu, ' ');
}

function searchText(name: string, website: string | null): string {
  const host = website?.replace('https://', '') ?? '';
  const unicodeHost = domainToUnicode(host) || host;
  return [...spellings(name), ...spellings(unicodeHost), unicodeHost === host ? '' : foldWith(host, { umlaut: '$&' })].join('\n');
}

function spellings(text: string): [string, string] {
  const [plain, expanded] = [foldWith(text, { umlaut: '$&' }), foldWith(text, { umlaut: '$&e' })];
  return [plain, expanded === plain ? '' : expanded];
}
