import { GraphQLRequestError, type RenewalColumn } from '@partner-renewals/sdk';
import { currentAddress, followAddress } from '../app/address.ts';
import { followLanguage } from '../text/language.ts';
import { client } from './client.ts';
import { list } from './list.store.ts';
import { beginReading, firstPageSize, readList, readPage, refresh, showList, showProblem } from './list.window.ts';
import { columnsOfView, openedView, searchOfView, type OpenedView } from './opened.view.ts';
import { mayExist, noteAsked, readOtherViews } from './other.views.ts';
import { remember, remembered } from './remembered.ts';
import { viewerSelection, type Viewer } from './viewer.selection.ts';
import { known } from './viewer.store.ts';

/** The columns of the dashboard, in standard order. */
const allColumns: readonly RenewalColumn[] = [
  ...(['customerName', 'communicationOwner', 'primaryContact', 'contractType', 'status', 'renewalDeadline', 'website', 'hubId'] as const),
  ...(['renewalStartDate', 'maxContacts', 'emailLimit', 'billingFrequency', 'subscriptionTerm', 'currentMrr', 'estimatedNewMrr'] as const),
];

/** The columns that the same view had when it was shown last. */
const rememberedColumns = (opened: OpenedView) =>
  remembered('columns', (value) => {
    const { view, columns } = value as { view: unknown; columns: unknown };
    const areColumns = Array.isArray(columns) && columns.every((each) => allColumns.includes(each as RenewalColumn));
    return view === keyOfColumns(opened) && areColumns ? (columns as RenewalColumn[]) : null;
  });

/** Saved views have columns of their own; elsewhere the viewer's are shown. */
const keyOfColumns = ({ saved, unknownId }: OpenedView): string => saved?.id ?? unknownId ?? 'own';

const showsList = (): boolean => /^\/($|customers\/)/.test(currentAddress().path);

/** What the rows were read with; shown columns may be fewer. */
let readColumns = new Set<RenewalColumn>();

/** Reads all that the page shows first, with one request. Also after a sign-in. */
export async function loadPage(): Promise<void> {
  const signal = beginReading();
  const opened = openedView();
  const search = searchOfView(opened);
  const columns = columnsOfView(opened) ?? rememberedColumns(opened) ?? allColumns;
  // Elsewhere, the list is read when it is shown again.
  if (showsList()) list.set((now) => ({ ...now, status: 'loading', problem: null, search, columns }));
  else list.set((now) => ({ ...now, status: 'ready', problem: null, updatedAt: 0 }));
  try {
    if (!showsList()) {
      const { viewer, dashboardColumns } = await client.query(viewerSelection(), { signal });
      known.set({ viewer: viewer, columns: dashboardColumns });
    } else {
      const page = await readPage(search, columns, { first: firstPageSize }, signal);
      readColumns = new Set(columns);
      showList(search, columns, page);
      // After the list, so that nobody reads it once more.
      known.set(page.known);
    }
    followView();
  } catch (error) {
    if (signal.aborted) return;
    const { code, data } = error instanceof GraphQLRequestError ? error : {};
    const { viewer, dashboardColumns } = (data ?? {}) as { viewer?: Viewer; dashboardColumns?: [] };
    if (code === 'UNAUTHENTICATED' && !known.get()) known.set(null);
    // A view that was deleted meanwhile is no reason to show nothing.
    else if (viewer && dashboardColumns && opened.unknownId) {
      noteAsked(opened.unknownId);
      known.set({ viewer, columns: dashboardColumns });
      followView();
    } else showProblem(error);
  }
}

/** Shows what the address and the viewer's choices ask for, if that is something else than what is shown. */
function followView(): void {
  if (!known.get() || !showsList()) return;
  const opened = openedView();
  const search = searchOfView(opened);
  const now = list.get();
  // The back button may lead to a view that was not read yet.
  if (opened.unknownId && mayExist(opened.unknownId)) void readOtherViews().catch(() => noteAsked(opened.unknownId!));
  // Only the API knows the columns of a view that is not read yet.
  const columns = columnsOfView(opened) ?? now.columns;
  const isSameList = now.search.viewId
    ? now.search.viewId === (opened.saved?.id ?? search.viewId) && !opened.isChanged
    : isSame(now.search, search);
  const hasColumns = columns.every((column) => readColumns.has(column));
  if (isSameList && hasColumns && (now.updatedAt || now.status === 'loading')) {
    if (!isSame(now.columns, columns) || now.search.viewId) list.set({ ...now, columns, search });
    return;
  }
  readColumns = new Set(columns);
  if (!isSameList || !now.updatedAt) void readList(search, columns);
  else {
    list.set({ ...now, columns });
    void refresh();
  }
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

function rememberChoices(): void {
  const { viewer } = known.get() ?? {};
  if (!viewer) return;
  remember('view', viewer.defaultView?.id ?? null);
  const opened = openedView();
  const columns = columnsOfView(opened);
  if (columns && showsList()) remember('columns', { view: keyOfColumns(opened), columns });
}

followAddress(() => {
  followView();
  rememberChoices();
});
known.subscribe(() => {
  rememberChoices();
  followView();
});
// Labels come in the language of the request.
followLanguage(() => known.get() && void (showsList() ? refresh() : loadPage()));
