import type { Row } from './import-file.ts';

/**
 * What is read of a row and not written yet: such a row is refused, so that no value is lost without a word. Each line leaves when the
 * statements of the import write what it names.
 */
export function notWrittenYet(row: Row): { header: string; reason: string }[] {
  const faults = [];
  const has = (name: string) => row[name] !== null && row[name] !== undefined;
  if (row['term_months'] === null) faults.push({ header: 'Term', reason: 'A contract without a term cannot be imported yet.' });
  if (has('end_date')) faults.push({ header: 'End date', reason: 'A contract with an end cannot be imported yet.' });
  if (row['status'] === 'ENDED') faults.push({ header: 'Status', reason: 'A contract that has ended cannot be imported yet.' });
  if (has('notice_period_days') || has('notice_period_months')) {
    faults.push({ header: 'Notice period', reason: 'A notice period cannot be imported yet.' });
  }
  return faults;
}
