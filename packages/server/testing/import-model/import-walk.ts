import { importFolder } from '../../src/import/import-folder.ts';
import { passDays } from '../../src/contract-change/passing-days.queries.ts';
import type { Action } from '../model/dashboard.model.ts';
import { dateOf } from '../model/civil-day.ts';
import { TestData } from '../test-data.ts';
import type { TestServer } from '../test-server.ts';
import { exportFolder, type Files } from './export-folder.ts';

// A partner of the server under test, and what is done to it. The same is done twice: once with days passed by the imports alone or many at
// once, once with every day passed by itself.

export type Deed = { day: number } & (
  | { what: 'pass' }
  | { what: 'import'; files: Files }
  | { what: 'decide'; key: string; action: Action; forNextPossible: boolean; isOperator: boolean }
);

const mutations: Record<Action, string> = {
  ACCEPT: 'acceptContractChange',
  REQUEST_CANCELLATION: 'requestCancellation',
  WITHDRAW_CANCELLATION: 'withdrawCancellation',
};

let count = 0;

export class ImportWalk {
  private constructor(
    readonly server: TestServer,
    readonly data: TestData,
    readonly prefix: string,
    readonly manager: string,
    readonly operator: string,
    private day: number,
    private readonly isDaily: boolean,
  ) {}

  static async begin(server: TestServer, day: number, { isDaily }: { isDaily: boolean }): Promise<ImportWalk> {
    count += 1;
    const data = await TestData.of(server.database.pool, { name: `World ${count}`, passedThrough: dateOf(day), ownsAll: true });
    const manager = await server.createToken(data.partnerId, 'MANAGER');
    const operator = await server.createToken(data.partnerId, 'OPERATOR');
    return new ImportWalk(server, data, `w${count}-`, manager, operator, day, isDaily);
  }

  /** Does it, and answers what the product says: the refused rows of an import, or the code of a refusal. */
  async do(deed: Deed): Promise<unknown> {
    await this.#passTo(deed.day, deed.what !== 'import');
    if (deed.what === 'pass') return null;
    return deed.what === 'import' ? await this.#import(deed.files) : await this.#decide(deed);
  }

  async #passTo(day: number, isNeeded: boolean): Promise<void> {
    const { pool } = this.server.database;
    if (this.isDaily) for (let each = this.day + 1; each <= day; each += 1) await passDays(pool, this.data.partnerId, dateOf(each));
    else if (isNeeded && day > this.day) await passDays(pool, this.data.partnerId, dateOf(day));
    this.day = day;
    this.server.setBusinessDate(dateOf(day));
  }

  async #import(files: Files): Promise<string[]> {
    const report = await importFolder({
      pool: this.server.database.pool,
      partnerId: this.data.partnerId,
      folder: exportFolder(files, this.prefix),
      businessDate: dateOf(this.day),
    });
    return report.files.flatMap(({ file, faults }) => faults.map(({ line, reason }) => `${file}, line ${line}: ${reason}`));
  }

  async #decide(deed: Deed & { what: 'decide' }): Promise<unknown> {
    const ids = await this.changeKeys();
    const id = [...ids].find(([, key]) => key === deed.key)?.[0];
    const type = mutations[deed.action];
    const input = { contractChangeId: `cch_${id}`, ...(deed.forNextPossible && { forNextPossible: true }) };
    const { body } = await this.server.query(
      `mutation ($input: ${type[0]!.toUpperCase()}${type.slice(1)}Input!) { payload: ${type}(input: $input) { userErrors { code } } }`,
      { input },
      deed.isOperator ? { token: this.operator, headers: { 'x-partner-id': this.data.globalId } } : { token: this.manager },
    );
    return body.errors ?? body.data.payload.userErrors[0]?.code ?? null;
  }

  /** The model's key of each change by its id. */
  async changeKeys(): Promise<Map<string, string>> {
    const { rows } = await this.server.database.superuserPool.query<Record<'id' | 'contract' | 'type' | 'on' | 'external_id', string>>(
      `select change.id, contract.external_id as contract, change.type, change.effective_date::text as on, change.external_id
       from contract_change change join contract on contract.partner_id = change.partner_id and contract.id = change.contract_id
       where change.partner_id = $1`,
      [this.data.partnerId],
    );
    const keyed = rows.map((row): [string, string] => {
      const contract = row.contract.slice(this.prefix.length);
      return [row.id, `${contract} ${row.type} ${row.type === 'RENEWAL' ? row.on : row.external_id}`];
    });
    return new Map(keyed);
  }

  /** All that the tables hold of the partner, by names instead of ids made by chance. */
  async tables(): Promise<Record<string, unknown>> {
    const ids = await this.changeKeys();
    const found: Record<string, unknown> = {};
    for (const table of ['contract', 'contract_change', 'contract_change_decision', 'dashboard_row']) {
      const { rows } = await this.server.database.superuserPool.query<{ row: Record<string, unknown> }>(
        `select to_jsonb(t) as row from ${table} t where partner_id = $1`,
        [this.data.partnerId],
      );
      const named = rows.map(({ row }) => {
        const change = ids.get((row['contract_change_id'] ?? row['id']) as string);
        const rest = Object.entries(row).filter(
          ([column]) => !/^(id|partner_id|\w+_id|imported_digest|recorded_at|recorded_by)$/.test(column) || column === 'hub_id',
        );
        const externalId = typeof row['external_id'] === 'string' ? row['external_id'].replace(this.prefix, '') : null;
        return JSON.stringify({ change, externalId, ...Object.fromEntries(rest) });
      });
      found[table] = named.toSorted();
    }
    return found;
  }
}
