import type { DashboardColumnKey, RenewalColumn } from '@partner-renewals/sdk';

/** The name of a column in the SDK, from its key in the API: CUSTOMER_NAME is customerName. */
export const columnOf = (key: DashboardColumnKey): RenewalColumn =>
  key.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) as RenewalColumn;

export const keyOf = (column: RenewalColumn): DashboardColumnKey =>
  column.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase() as DashboardColumnKey;
