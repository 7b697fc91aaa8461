import type { DashboardColumnKey } from '@partner-renewals/sdk';
import { useKnown, type Known } from '../data/viewer.store.ts';

/** The label of a value of a column, as the API has it in the current language. */
export const labelOf = ({ columns }: Known, key: DashboardColumnKey, value: string): string =>
  columns.find((column) => column.key === key)?.values?.find((each) => each.value === value)?.label ?? value;

export function useLabel(): (key: DashboardColumnKey, value: string) => string {
  const known = useKnown();
  return (key, value) => labelOf(known, key, value);
}
