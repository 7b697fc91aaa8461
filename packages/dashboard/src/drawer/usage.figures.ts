import type { Details, Usage } from './drawer.selection.ts';

export type Metric = 'contactsUsed' | 'emailsSent';

/** A metric of one app in one month; null if it was not measured. */
export type Figure = { readonly app: string; readonly month: string; readonly value: number | null };

/** First days of the months up to today's, the oldest first. */
export const monthsUntil = (today: string, count: number): readonly string[] => {
  const [year = 0, month = 0] = today.split('-').map(Number);
  return Array.from({ length: count }, (_, index) => new Date(Date.UTC(year, month - count + index, 1)).toISOString().slice(0, 10));
};

/**
 * What a plot shows of each app: contacts as measured last in the month, e-mails of all its measured days, since their limit is one for
 * a month.
 */
export function figuresOf(usage: readonly Usage[], metric: Metric, months: readonly string[]): readonly Figure[] {
  const apps = [...new Set(usage.map(({ app }) => app))].sort();
  return apps.flatMap((app) =>
    months.map((month) => {
      // Latest day first.
      const values = usage.flatMap((each) =>
        each.app === app && each.date.slice(0, 7) === month.slice(0, 7) && each[metric] !== null ? each[metric] : [],
      );
      const value = values[0] === undefined ? null : metric === 'contactsUsed' ? values[0] : values.reduce((sum, each) => sum + each, 0);
      return { app, month, value };
    }),
  );
}

/** What counts towards the limit: the e-mails of all apps together, but the contacts of the app with most, as the same contact may be in several. */
export function towardsLimit(values: readonly number[], metric: Metric): number {
  return metric === 'emailsSent' ? values.reduce((sum, each) => sum + each, 0) : Math.max(...values);
}

/** The limits that products set, each once. */
export function limitsOf(products: Details['products'], metric: Metric): readonly number[] {
  const limits = products.map(({ contract: { terms } }) => (metric === 'contactsUsed' ? terms.maxContacts : terms.emailLimit));
  return [...new Set(limits.filter((limit) => limit !== null))].sort((one, other) => one - other);
}
