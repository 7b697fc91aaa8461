import type { Book } from './book.model.ts';
import type { ChangeRow, ContractRow } from './export-rows.ts';
import type { Export } from './crm-export.ts';
import type { Files } from './export-folder.ts';
import type { Feature, Features } from './features.ts';
import type { StepPlan } from './world-plans.ts';

// Which part of an export is imported: files, rows and columns are left out, and what belongs to a feature that is off.

const optionalOfContracts = ['maxContacts', 'emailLimit', 'autoRenew', 'notice', 'endDate', 'status'];
const optionalOfChanges = ['newTerm', 'newAmount', 'acceptedOn', 'cancellationRequestedOn'];

const without = <T extends object>(row: T, columns: readonly string[]): T =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !columns.includes(column))) as T;

const chosen = (columns: readonly string[], bits: number) => columns.filter((_, index) => ((bits >> index) & 1) === 1);

/** The rows of a step, in files that each have a row at least. */
export function piecesOf({ companies, contracts, changes }: Export, { files, rows, columns }: StepPlan): Files {
  const kept = <T>(file: number, all: T[]) =>
    ((files >> file) & 1) === 1 ? [] : all.filter((_, index) => ((rows >> (index + 4 * file)) & 1) === 0);
  const dates = (columns & 1) === 1 ? ['website'] : [];
  const found = {
    companies: kept(0, companies).map((row) => without(row, dates)),
    contracts: kept(1, contracts).map((row) => without(row, chosen(optionalOfContracts, columns))),
    changes: kept(2, changes).map((row) => without(row, chosen(optionalOfChanges, columns >> 6))),
  };
  return Object.fromEntries(Object.entries(found).filter(([, all]) => all.length > 0)) as Files;
}

/** The rows of changes.csv that go in, once the book knows the import's contracts. */
export function changesFor(book: Book, rows: readonly ChangeRow[], features: Features): ChangeRow[] {
  return rows.flatMap((row) => {
    const allowed = allowedChange(book, row, features);
    return allowed === null ? [] : [allowed];
  });
}

function allowedChange(book: Book, row: ChangeRow, features: Features): ChangeRow | null {
  const contract = book.contracts.get(row.contract);
  if (contract === undefined) return row;
  const { today } = book;
  const isRenewal = row.type === 'RENEWAL';
  const known = isRenewal ? contract.renewals.get(row.on) : contract.upgrades.find(({ externalId }) => externalId === row.externalId);
  const { changes } = book.lifeOf(contract);
  const isPast = row.on < today;
  const isThere = isRenewal
    ? known !== undefined || changes.some((each) => each.type === 'RENEWAL' && each.on === row.on)
    : known !== undefined;
  const isHistory = !isThere && book.isHistory(contract, row.on);
  const isPastRenewal = isRenewal && (known?.history != null || isHistory);
  const needed: Feature[] = [];
  if (isHistory) needed.push(isRenewal ? 'past renewals' : 'history');
  else if (isPast && !isThere) needed.push('first told late');
  // What was announced after all may be told in pieces, but not after the change.
  const announced = ['newMaxContacts', 'newEmailLimit', 'newTerm', 'newAmount'] as const;
  const isAnnouncedAnew = announced.some((column) => row[column] != null && (known?.imported[column] ?? null) !== row[column]);
  if (isPast && isThere && isAnnouncedAnew && (!features.has('announced late') || row.newTerm != null)) return null;
  if (isPast && row.newTerm != null && !isThere) return null;
  if (needed.some((feature) => !features.has(feature))) return null;
  const cell = (decided: number | null, isCancellation: boolean) => {
    if (decided === null) return null;
    const action = isCancellation ? 'REQUEST_CANCELLATION' : 'ACCEPT';
    const isLogged = known?.log.lines.some((line) => line.source === 'IMPORT' && line.action === action && line.on === decided);
    if (isLogged) return decided;
    // The contract's row, told later than this renewal, says that it goes on.
    if (isPastRenewal && isCancellation) return null;
    if (decided > today && !features.has('dated ahead')) return null;
    if (!isRenewal && decided > row.on) return features.has('after effective date') ? decided : null;
    if (isPast && isThere && !features.has(isRenewal ? 'renewals told late' : 'upgrades told late')) return null;
    return decided;
  };
  return {
    ...row,
    ...(row.acceptedOn !== undefined && { acceptedOn: cell(row.acceptedOn, false) }),
    ...(row.cancellationRequestedOn !== undefined && { cancellationRequestedOn: cell(row.cancellationRequestedOn, true) }),
  };
}

/** A contract that has ended says nothing new any more: whether it can live again is another question. */
export const contractsFor = (book: Book, rows: readonly ContractRow[]): ContractRow[] =>
  rows.filter((row) => {
    const contract = book.contracts.get(row.externalId);
    if (contract === undefined) return true;
    return (
      contract.endsOn === null && (contract.imported['status'] ?? 'active') === 'active' && (contract.imported['endDate'] ?? null) === null
    );
  });
