import { Suspense, useMemo, useRef, useState } from 'react';
import { ActDialogs } from '../acts/act.dialogs.tsx';
import { BulkBar } from '../acts/bulk.bar.tsx';
import { Problem } from '../app/problem.tsx';
import { loadPage } from '../data/first-paint.ts';
import { list } from '../data/list.store.ts';
import { deselectAll, selected } from '../data/selected.store.ts';
import { useStore } from '../data/store.ts';
import { known } from '../data/viewer.store.ts';
import { FilterBar } from '../filters/filter.bar.tsx';
import { SearchBox } from '../filters/search.box.tsx';
import { SummaryLine } from '../summary/summary.line.tsx';
import { addDays, useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { late } from '../ui/late.ts';
import { ViewTabs } from '../views/view.tabs.tsx';
import { RenewalsTable } from './renewals.table.tsx';
import { useEndlessScroll } from './scrolling.ts';
import { SortMenu } from './sort.menu.tsx';
import { TableEnd, TableStart } from './table.end.tsx';
import { tableTexts } from './table.texts.ts';
import { Updated } from './updated.tsx';

const NoRows = late(async () => ({ default: (await import('./no.rows.tsx')).NoRows }));
const ColumnsDialog = late(async () => ({ default: (await import('../columns/columns.dialog.tsx')).ColumnsDialog }));

/** The window of the dashboard in days, both ends included. */
const windowDays = 120;

export function RenewalsPage() {
  const isKnown = Boolean(useStore(known));
  const { problem } = useStore(list);
  const text = useTexts(tableTexts);
  if (isKnown) return <Renewals />;
  return (
    <div className="renewals">
      <h1>{text.title}</h1>
      {problem ? <Problem error={problem} onRetry={() => void loadPage()} /> : <Waiting />}
    </div>
  );
}

function Renewals() {
  const text = useTexts(tableTexts);
  const format = useFormat();
  const today = useStore(known)!.viewer.businessDate;
  const [isConfiguring, setConfiguring] = useState(false);
  return (
    <div className="renewals">
      <div className="title">
        <div>
          <h1>{text.title}</h1>
          <p>{text.until(format.longDate(addDays(today, windowDays)), format.longDate(today))}</p>
        </div>
        <SearchBox />
        <button type="button" className="button" onClick={() => setConfiguring(true)}>
          <svg className="columns-icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d="M2 2.5h12v11H2zM6 2.5v11M10 2.5v11" />
          </svg>
          <span className="label">{text.configure}</span>
        </button>
      </div>
      <ViewTabs />
      <div className="bar">
        <div className="narrowing">
          <FilterBar />
          <SortMenu />
        </div>
        <SummaryLine />
      </div>
      <Rows />
      <ActDialogs />
      <Suspense>{isConfiguring && <ColumnsDialog onClose={() => setConfiguring(false)} />}</Suspense>
    </div>
  );
}

function Rows() {
  const { rows, status, problem, updatedAt } = useStore(list);
  const ticked = useStore(selected);
  const customers = useMemo(() => new Set(ticked.values()), [ticked]);
  const wrapper = useRef<HTMLDivElement>(null);
  useEndlessScroll(wrapper);
  if (status === 'problem') return <Problem error={problem!} onRetry={() => void loadPage()} />;
  if (!updatedAt) return <Waiting />;
  return (
    <>
      {/* Before the rows, since there may be hundreds of them; it is shown below them. */}
      <BulkBar selected={customers} onClear={deselectAll} />
      <div ref={wrapper} className={status === 'loading' ? 'table-wrap waits' : 'table-wrap'}>
        <TableStart />
        <RenewalsTable />
        <Suspense>{rows.length === 0 && status === 'ready' && <NoRows />}</Suspense>
        <TableEnd />
      </div>
      <Updated />
    </>
  );
}

/** Grey rows in the place of the first ones. */
function Waiting() {
  const text = useTexts(tableTexts);
  return (
    <div className="table-wrap waiting" role="status" aria-label={text.loading}>
      {Array.from({ length: 10 }, (_, index) => (
        <div key={index} className="waiting-row" />
      ))}
    </div>
  );
}
