import type { Query, QuerySelection, SavedView as ViewOfGraph, Selected, Selection } from '@partner-renewals/sdk';
import { currentLocale } from '../text/language.ts';

export const savedViewSelection = {
  ...{ id: true, name: true, isOwn: true, isShared: true, query: true, filter: true, version: true },
  columns: { key: true },
  orderBy: { field: true, direction: true },
  problems: { message: true },
} as const satisfies Selection<ViewOfGraph>;

/** Views of the first request, which a partner's users send often; further ones follow when there are any. */
export const firstViews = 15;

export const viewsSelection = {
  pageInfo: { hasNextPage: true, endCursor: true },
  nodes: savedViewSelection,
} as const;

/** Who is signed in, what they may do, and their columns and views. A function, since labels come in the current language. */
export const viewerSelection = () => {
  const locale = currentLocale();
  return {
    viewer: {
      id: true,
      role: true,
      permissions: true,
      businessDate: true,
      businessTimeZone: true,
      partner: { id: true, name: true },
      user: { id: true, name: true, email: true },
      dashboardColumns: { key: true },
      defaultView: { id: true },
      savedViews: { $: { first: firstViews }, ...viewsSelection },
    },
    dashboardColumns: {
      ...{ key: true, isLocked: true, isDefault: true, orderField: true },
      label: { $: { locale } },
      description: { $: { locale } },
      values: { $: { locale }, value: true, label: true },
    },
  } as const satisfies QuerySelection;
};

type Answer = Selected<Query, ReturnType<typeof viewerSelection>>;
/** The signed-in viewer. */
export type Viewer = NonNullable<Answer['viewer']>;
export type SavedView = Viewer['savedViews']['nodes'][number];
/** A column as the API describes it, with labels in the current language. */
export type ColumnText = NonNullable<Answer['dashboardColumns']>[number];

export const summarySelection = {
  totalCount: true,
  actionRequiredCount: true,
  byStatus: { status: true, count: true },
  totals: {
    currencyCode: true,
    currentMrr: { amount: true, currencyCode: true },
    estimatedNewMrr: { amount: true, currencyCode: true },
    atRiskMrr: { amount: true, currencyCode: true },
  },
} as const;
export type Summary = NonNullable<
  Selected<Query, { upcomingContractChangesSummary: typeof summarySelection }>['upcomingContractChangesSummary']
>;
