import { useId } from 'react';
import type { Figure } from './usage.figures.ts';

type PlotProps = {
  /** Tells what the plot shows, to those who do not see it. */
  label: string;
  figures: readonly Figure[];
  months: readonly string[];
  limits: readonly number[];
  /** Bars of the apps stand on each other, since their sum counts. */
  isStacked: boolean;
  monthLabel: (month: string) => string;
  limitLabel: (limit: number) => string;
};

const width = 320;
const height = 128;
const box = { left: 4, right: 4, top: 18, bottom: 18 };
const plotHeight = height - box.top - box.bottom;

/** Bars by month, one pattern an app, and the limit as a dashed line: legible without colour. */
export function UsagePlot({ label, figures, months, limits, isStacked, monthLabel, limitLabel }: PlotProps) {
  const id = useId();
  const apps = [...new Set(figures.map(({ app }) => app))];
  const valueOf = (month: string, app: string): number | null =>
    figures.find((each) => each.app === app && each.month === month)?.value ?? null;
  /** Where the bar of an app begins. */
  const baseOf = (month: string, at: number): number =>
    isStacked ? apps.slice(0, at).reduce((sum, app) => sum + (valueOf(month, app) ?? 0), 0) : 0;
  const tops = months.flatMap((month) => apps.map((app, at) => baseOf(month, at) + (valueOf(month, app) ?? 0)));
  const most = Math.max(1, ...limits, ...tops);
  const columns = isStacked ? 1 : apps.length;
  const yOf = (value: number): number => box.top + plotHeight * (1 - value / most);
  const step = (width - box.left - box.right) / months.length;
  const bar = Math.min(18, (step - 8) / columns);
  return (
    <svg className="plot" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <defs>
        <pattern id={`${id}-1`} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 0V4" strokeWidth="3" />
        </pattern>
        <pattern id={`${id}-2`} width="4" height="4" patternUnits="userSpaceOnUse">
          <circle cx="2" cy="2" r="1.2" />
        </pattern>
      </defs>
      <path className="base" d={`M0 ${height - box.bottom}H${width}`} />
      {months.map((month, index) => {
        const center = box.left + step * (index + 0.5);
        return (
          <g key={month}>
            {apps.map((app, at) => {
              const value = valueOf(month, app);
              if (value === null) return null;
              // Even a small figure leaves a trace.
              const bottom = yOf(baseOf(month, at));
              const top = Math.min(yOf(baseOf(month, at) + value), bottom - 1.5);
              return (
                <rect
                  key={app}
                  className="bar"
                  x={center - (bar * columns) / 2 + bar * (isStacked ? 0 : at) + 0.5}
                  y={top}
                  width={bar - 1}
                  height={bottom - top}
                  style={at % 3 > 0 ? { fill: `url(#${id}-${at % 3})` } : undefined}
                />
              );
            })}
            <text x={center} y={height - 4} textAnchor="middle">
              {monthLabel(month)}
            </text>
          </g>
        );
      })}
      {limits.map((limit) => (
        <g key={limit}>
          <path className="limit" d={`M0 ${yOf(limit)}H${width}`} />
          <text x={width - box.right} y={yOf(limit) - 4} textAnchor="end">
            {limitLabel(limit)}
          </text>
        </g>
      ))}
    </svg>
  );
}
