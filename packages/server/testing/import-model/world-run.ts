import { expect } from '@jest/globals';
import { dateOf } from '../model/civil-day.ts';
import type { Action } from '../model/dashboard.model.ts';
import type { TestServer } from '../test-server.ts';
import { Book } from './book.model.ts';
import { dashboard } from './book-view.model.ts';
import { compareWith } from './compare.ts';
import { same } from './difference.ts';
import { Crm } from './crm-export.ts';
import { told, type Files } from './export-folder.ts';
import type { Features } from './features.ts';
import { changesFor, contractsFor, piecesOf } from './import-pieces.ts';
import { ImportWalk, type Deed } from './import-walk.ts';
import type { StepPlan, WorldPlan } from './world-plans.ts';

/** Lives through a world in the model and in the product; throws its story with the first difference. Answers the rules that it met. */
export async function inWorld(server: TestServer, plan: WorldPlan, features: Features): Promise<ReadonlySet<string>> {
  const crm = new Crm(plan, { severalADay: features.has('same day') });
  const book = new Book(crm.start);
  const walk = await ImportWalk.begin(server, crm.start, { isDaily: false });
  const deeds: Deed[] = [];
  const story: string[] = [];
  try {
    // The first import is whole.
    const first: StepPlan = { ...plan.steps[0]!, what: 'import', gap: 0, files: 0, rows: 0, columns: 0, stale: 0 };
    for (const step of [first, ...plan.steps]) {
      book.today += step.gap;
      const { deed, expected } = take(step, crm, book, features);
      // An import takes long: of those that say what the last one said, a quarter goes in.
      if (deed.what === 'import' && step.pick % 4 > 0 && isLike(deed, deeds)) continue;
      deeds.push(deed);
      story.push(tell(deed));
      const said = await walk.do(deed);
      expect({ said: deed.what === 'import' ? (said as string[]).length : said, faults: deed.what === 'import' ? said : [] }).toEqual({
        said: expected,
        faults: deed.what === 'import' && expected === 0 ? [] : expect.anything(),
      });
      await compareWith(book, walk, step, features);
    }
    if (!plan.isRepeated) return book.met;
    const daily = await ImportWalk.begin(server, crm.start, { isDaily: true });
    for (const deed of deeds) await daily.do(deed);
    story.push('the same with every day passed by itself');
    const [jumped, stepped] = [await walk.tables(), await daily.tables()];
    for (const table of Object.keys(jumped)) same(`The table ${table} after days at once`, jumped[table], stepped[table]);
  } catch (error) {
    // The difference comes first: a log may cut the long story.
    throw new Error(`${(error as Error).message}\n${story.join('\n')}`, { cause: error });
  }
  return book.met;
}

function isLike({ files }: Deed & { what: 'import' }, deeds: readonly Deed[]): boolean {
  const last = deeds.findLast((deed) => deed.what === 'import');
  return last?.what === 'import' && JSON.stringify(last.files) === JSON.stringify(files);
}

/** What a step comes to in the book, and as a deed for the product. */
function take(step: StepPlan, crm: Crm, book: Book, features: Features): { deed: Deed; expected: unknown } {
  const day = book.today;
  if (step.what === 'import') {
    const all = crm.exportOn(day - step.stale, { notice: features.has('notice column'), ends: features.has('ended contracts') });
    const pieces = piecesOf(all, step);
    book.beginImport();
    const contracts = contractsFor(book, pieces.contracts ?? []);
    let refused = book.importCompanies(pieces.companies ?? []) + book.importContracts(contracts);
    const changes = changesFor(book, pieces.changes ?? [], features);
    refused += book.importChanges(changes);
    const files: Files = {
      ...(pieces.companies && { companies: pieces.companies }),
      ...(contracts.length > 0 && { contracts }),
      ...(changes.length > 0 && { changes }),
    };
    if (Object.keys(files).length > 0) return { deed: { what: 'import', day, files }, expected: refused };
  }
  const keys = dashboard(book).map(({ key }) => key);
  if (step.what === 'decide' && keys.length > 0) {
    const key = keys[step.pick % keys.length]!;
    const forNextPossible = step.action === 'FOR_NEXT_POSSIBLE';
    const action: Action = step.action === 'FOR_NEXT_POSSIBLE' ? 'REQUEST_CANCELLATION' : step.action;
    const { isOperator } = step;
    const expected = book.decide(key, action, { forNextPossible, onBehalfOfCustomer: !isOperator });
    return { deed: { what: 'decide', day, key, action, forNextPossible, isOperator }, expected };
  }
  return { deed: { what: 'pass', day }, expected: null };
}

function tell(deed: Deed): string {
  const on = dateOf(deed.day);
  if (deed.what === 'import') return `${on}: import\n    ${told(deed.files)}`;
  if (deed.what === 'pass') return on;
  return `${on}: ${deed.isOperator ? 'operator' : 'manager'} ${deed.action}${deed.forNextPossible ? ' for the next possible' : ''} ${deed.key}`;
}
