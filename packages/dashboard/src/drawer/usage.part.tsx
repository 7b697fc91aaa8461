import { useMemo } from 'react';
import { client } from '../data/client.ts';
import { useViewer } from '../data/viewer.store.ts';
import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { usageSelection, type Details } from './drawer.selection.ts';
import { drawerTexts } from './drawer.texts.ts';
import { More } from './more.tsx';
import { usePages } from './paged.ts';
import { Part } from './part.tsx';
import { figuresOf, limitsOf, monthsUntil, towardsLimit, type Metric } from './usage.figures.ts';
import { UsagePlot } from './usage.plot.tsx';

export const plottedMonths = 6;

/** What the customer uses of what its products allow. */
export function UsagePart({ customer }: { customer: Details }) {
  const text = useTexts(drawerTexts);
  const { businessDate } = useViewer();
  const months = useMemo(() => monthsUntil(businessDate, plottedMonths), [businessDate]);
  const { nodes, ...more } = usePages(
    customer.appUsage,
    async (after) => (await client.customer({ id: customer.id }, usageSelection(months[0]!, after)))?.appUsage,
  );
  // Of the oldest month that was read, days may be missing.
  const whole = more.hasMore ? nodes.filter(({ date }) => date.slice(0, 7) !== nodes.at(-1)!.date.slice(0, 7)) : nodes;
  const shown = whole[0] ? whole : nodes;
  if (!nodes[0])
    return (
      <Part title={text.usage}>
        <p className="mute">{text.noUsage}</p>
      </Part>
    );
  return (
    <Part title={text.usage}>
      <div className="plots">
        <MetricPlot metric="contactsUsed" usage={shown} customer={customer} months={months} />
        <MetricPlot metric="emailsSent" usage={shown} customer={customer} months={months} />
      </div>
      <Legend apps={[...new Set(nodes.map(({ app }) => app))].sort()} />
      <UsageTable usage={nodes} />
      <More {...more} />
    </Part>
  );
}

type MetricProps = { metric: Metric; usage: Details['appUsage']['nodes']; customer: Details; months: readonly string[] };

function MetricPlot({ metric, usage, customer, months }: MetricProps) {
  const text = useTexts(drawerTexts);
  const format = useFormat();
  const figures = figuresOf(usage, metric, months);
  const limits = limitsOf(customer.products, metric);
  const limit = limits.at(-1);
  const month = months.findLast((each) => figures.some((figure) => figure.month === each && figure.value !== null));
  if (!month) return null;
  const latest = figures.flatMap(({ app, month: of, value }) => (of === month && value !== null ? { app, value } : []));
  const most = towardsLimit(
    latest.map(({ value }) => value),
    metric,
  );
  const isShared = figures.some((figure) => figure.app !== latest[0]!.app);
  const app = isShared && (metric === 'emailsSent' ? text.allApps : latest.find(({ value }) => value === most)!.app);
  const told =
    limit === undefined ? format.number(most) : text.ofLimit(format.number(most), format.number(limit), format.percent(most / limit));
  const place = [app, text.inMonth(format.month(month))].filter(Boolean).join(', ');
  const summary = `${told}, ${place}`;
  return (
    <figure>
      <figcaption>
        {text[metric]}
        <b>{told}</b>
        <span className="sub">
          {place}
          {limit !== undefined && most > limit && <strong className="over"> · {text.overLimit}</strong>}
        </span>
      </figcaption>
      <UsagePlot
        label={text.plotOf(text[metric], summary)}
        figures={figures}
        months={months}
        limits={limits}
        isStacked={metric === 'emailsSent'}
        monthLabel={format.shortMonth}
        limitLabel={(each) => text.limit(format.number(each))}
      />
    </figure>
  );
}

/** Which pattern is which app. */
const Legend = ({ apps }: { apps: readonly string[] }) => (
  <ul className="legend">
    {apps.map((app, at) => (
      <li key={app}>
        <svg viewBox="0 0 12 12" aria-hidden="true" className={`key key-${at % 3}`}>
          <rect width="12" height="12" />
          {at % 3 === 1 && <path d="M-1 9L9 -1M1 13L13 1M-3 5L5 -3" />}
          {at % 3 === 2 && [2, 6, 10].flatMap((x) => [2, 6, 10].map((y) => <circle key={`${x}-${y}`} cx={x} cy={y} r="1.3" />))}
        </svg>
        {app}
      </li>
    ))}
  </ul>
);

function UsageTable({ usage }: { usage: Details['appUsage']['nodes'] }) {
  const text = useTexts(drawerTexts);
  const format = useFormat();
  const shown = (value: number | null): string => (value === null ? '–' : format.number(value));
  return (
    <details>
      <summary>{text.usageTable}</summary>
      <div className="scrolls">
        <table className="figures">
          <thead>
            <tr>
              <th scope="col">{text.day}</th>
              <th scope="col">{text.app}</th>
              <th scope="col">{text.contactsUsed}</th>
              <th scope="col">{text.emailsSent}</th>
              <th scope="col">{text.activeUsers}</th>
            </tr>
          </thead>
          <tbody>
            {usage.map(({ app, date, contactsUsed, emailsSent, activeUsers }) => (
              <tr key={`${app} ${date}`}>
                <th scope="row">{format.date(date)}</th>
                <td>{app}</td>
                <td>{shown(contactsUsed)}</td>
                <td>{shown(emailsSent)}</td>
                <td>{shown(activeUsers)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
