import { randomUUID } from 'node:crypto';
import { rowDifferences } from '../../../server/testing/row-differences.ts';
import { createApiKey } from '../../../server/src/api-key/api-key.queries.ts';
import type { Database } from '../../../server/src/database/database.ts';
import { inPartnerTransaction } from '../../../server/src/database/transaction.ts';
import { TestData } from '../../../server/testing/test-data.ts';
import { today } from './fault-target.ts';

/** One mutation, from its first request to its acknowledgement. Its id is its idempotency key, and its request id in the audit trail. */
type Write = { id: string; document: string; input: Record<string, unknown> };

/** A customer to which only one client writes. So each write changes something, and the next write is known. */
type Account = { customerId: string; changeId: string; acknowledged: string[]; pending: Write | null; edits: number; decisions: number };

type Answer = { data?: { done?: { userErrors: { code: string }[] } }; errors?: { extensions?: { code?: string } }[] };

/** The last one: a lost connection may have left the first attempt's transaction open. */
const retryableCodes = new Set<string | undefined>(['UNAVAILABLE', 'TIMEOUT', 'IDEMPOTENCY_CONCURRENT_REQUEST']);

function asksToRetry({ data, errors = [] }: Answer): boolean {
  const codes = [...errors.map(({ extensions }) => extensions?.code), ...(data?.done?.userErrors ?? []).map(({ code }) => code)];
  return codes.length > 0 && codes.every((code) => retryableCodes.has(code));
}

const ownerDocument =
  'mutation ($input: SetCommunicationOwnerInput!) { done: setCommunicationOwner(input: $input) { association { version } userErrors { code } } }';
const decide = (field: string) =>
  `mutation ($input: ${field[0]!.toUpperCase()}${field.slice(1)}Input!) { done: ${field}(input: $input) { contractChange { version } userErrors { code } } }`;
const decisions = ['acceptContractChange', 'requestCancellation'];

/** A load of writes that can all be verified: in the audit trail by their ids, in their customers by the version. */
export class WriteLoad {
  private constructor(
    readonly partnerId: string,
    readonly token: string,
    readonly accounts: Account[],
  ) {}

  /** Responses that are neither an acknowledgement nor a typed error that asks for a retry. */
  readonly unexpected: string[] = [];
  retryable = 0;
  /** The causes of requests without a response. */
  readonly lost: string[] = [];

  static async create({ pool }: Database, clients: number): Promise<WriteLoad> {
    const data = await TestData.of(pool, { name: `Partner ${randomUUID()}`, passedThrough: today, ownsAll: true });
    const accounts: Account[] = [];
    for (let index = 0; index < clients; index += 1) {
      const customerId = await data.customer({ name: `Customer ${index}` });
      const { id: changeId } = await data.renewal(customerId, '2027-02-28');
      accounts.push({ customerId, changeId, acknowledged: [], pending: null, edits: 0, decisions: 0 });
    }
    const { key } = await createApiKey(pool, data.partnerId, { role: 'MANAGER', partnerUserId: null, expiresAt: null, actor: 'bench' });
    return new WriteLoad(data.partnerId, key, accounts);
  }

  get acknowledged(): number {
    return this.accounts.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0);
  }

  /** Runs all clients, until `shouldContinue` returns false or the server no longer responds. */
  async run(url: string, shouldContinue: () => boolean): Promise<void> {
    await Promise.all(
      this.accounts.map(async (account) => {
        while (shouldContinue() && (await this.write(url, account)) !== 'no response');
      }),
    );
  }

  /** Retries the unacknowledged writes until they are acknowledged. */
  async finish(url: string): Promise<void> {
    for (const account of this.accounts) {
      for (let left = 50; account.pending !== null; left -= 1) {
        if (left === 0)
          throw new Error(`A write was not acknowledged after 50 attempts: ${JSON.stringify(account.pending)}\n${this.unexpected.at(-1)}`);
        await this.write(url, account);
      }
    }
  }

  async write(url: string, account: Account): Promise<'done' | 'retry later' | 'no response'> {
    const write = (account.pending ??= nextOf(account));
    let answer: Answer;
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${this.token}`,
          'content-type': 'application/json',
          'idempotency-key': write.id,
          'x-request-id': write.id,
        },
        body: JSON.stringify({ query: write.document, variables: { input: write.input } }),
        signal: AbortSignal.timeout(15_000),
      });
      answer = (await response.json()) as Answer;
    } catch (error) {
      this.lost.push(String((error as Error).cause ?? error));
      return 'no response';
    }
    if (answer.data?.done && answer.data.done.userErrors.length === 0) {
      account.acknowledged.push(write.id);
      account.pending = null;
      if (write.document === ownerDocument) account.edits += 1;
      else account.decisions += 1;
      return 'done';
    }
    if (asksToRetry(answer)) this.retryable += 1;
    else this.unexpected.push(JSON.stringify(answer));
    return 'retry later';
  }

  /** Describes what is wrong in the tables. Each write must take effect exactly once; an unacknowledged one at most once. */
  async faults({ pool }: Database): Promise<string[]> {
    const faults: string[] = [];
    await inPartnerTransaction(pool, this.partnerId, async (tx) => {
      const all = async <Row>(sql: string) => (await tx.query(sql, [this.partnerId])).rows as Row[];
      const trail = await all<{ request_id: string; customer_id: string; isDecision: boolean }>(
        `select request_id, customer_id, contract_change_id is not null as "isDecision" from audit_event where partner_id = $1 and customer_id is not null`,
      );
      const audited = new Map<string, number>();
      for (const line of trail) audited.set(line.request_id, (audited.get(line.request_id) ?? 0) + 1);
      const tables = await all<{ customer_id: string; edits: number; decisions: number; lines: number; owner: string | null }>(
        `select a.customer_id, a.version - 1 as edits, c.version - 1 as decisions, a.communication_owner as owner,
           (select count(*)::int from contract_change_decision d where d.partner_id = c.partner_id and d.contract_change_id = c.id) as lines
         from customer_association a join contract_change c on c.partner_id = a.partner_id and c.customer_id = a.customer_id
         where a.partner_id = $1`,
      );
      for (const account of this.accounts) {
        for (const id of account.acknowledged) {
          const times = audited.get(id) ?? 0;
          if (times !== 1) faults.push(`An acknowledged write is in the audit trail ${times} times.`);
        }
        const pending = account.pending === null ? 0 : (audited.get(account.pending.id) ?? 0);
        if (pending > 1) faults.push(`An unacknowledged write is in the audit trail ${pending} times.`);
        const own = trail.filter((line) => line.customer_id === account.customerId);
        if (own.length !== account.acknowledged.length + pending)
          faults.push(`The audit trail has ${own.length} lines for ${account.acknowledged.length} acknowledged writes.`);
        const row = tables.find((each) => each.customer_id === account.customerId)!;
        const edits = own.filter((line) => !line.isDecision).length;
        const decided = own.length - edits;
        if (row.edits !== edits) faults.push(`The audit trail has ${edits} edits, the table ${row.edits}.`);
        if (row.decisions !== decided) faults.push(`The audit trail has ${decided} decisions, the table ${row.decisions}.`);
        if (row.lines !== linesAfter(decided)) faults.push(`The log of decisions has ${row.lines} lines after ${decided} decisions.`);
        if (row.owner !== ownerAfter(edits)) faults.push(`The owner is ${row.owner} after ${edits} edits.`);
      }
      const unanswered = await all('select key from idempotency_key where partner_id = $1 and outcome is null');
      if (unanswered.length > 0) faults.push(`${unanswered.length} idempotency keys have no outcome.`);
      const differing = await rowDifferences(tx, tx.partnerId);
      if (differing.length > 0) faults.push(`${differing.length} dashboard rows differ from their definition.`);
    });
    return faults;
  }
}

const ownerAfter = (edits: number) => (edits === 0 ? null : edits % 2 === 1 ? 'PARTNER' : 'VENDOR');
/** Accepting during a cancellation request writes two lines; every other decision writes one. */
const linesAfter = (decided: number) => decided + Math.max(0, Math.ceil(decided / 2) - 1);

/** Alternates edits and decisions. A decision needs the partner as owner, so it follows the edit that sets the partner. */
function nextOf(account: Account): Write {
  const id = randomUUID();
  if (account.edits % 2 === 1 && account.decisions < account.edits) {
    return { id, document: decide(decisions[account.decisions % 2]!), input: { contractChangeId: `cch_${account.changeId}` } };
  }
  return { id, document: ownerDocument, input: { customerId: `cus_${account.customerId}`, owner: ownerAfter(account.edits + 1) } };
}
