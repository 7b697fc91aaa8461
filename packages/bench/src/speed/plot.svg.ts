// Plots as SVG: bars, and curves with their expectations.

export type Series = { name: string; points: readonly (readonly [x: number, y: number])[]; isExpected?: boolean };
export type Curve = { title: string; x: string; y: string; isLogarithmic?: boolean; series: readonly Series[] };

const colours = ['#2563eb', '#d97706', '#059669'];
const expectedColour = '#9ca3af';
const escape = (content: string) => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function text(x: number, y: number, content: string, { anchor = 'start', size = 12, weight = 'normal', fill = '#374151' } = {}): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" font-weight="${weight}" text-anchor="${anchor}" fill="${fill}">${escape(content)}</text>`;
}

function document(width: number, height: number, content: readonly string[]): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif">\n` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>\n${content.join('\n')}\n</svg>\n`
  );
}

/** Horizontal bars. The longest is as wide as the plot; bars whose name begins with `mark` are highlighted. */
export function barPlot(title: string, values: Record<string, number>, mark: string): string {
  const [rowHeight, labelWidth, width] = [28, 230, 760];
  const most = Math.max(...Object.values(values));
  const rows = Object.entries(values).map(([name, value], index) => {
    const y = 46 + index * rowHeight;
    const length = (value / most) * (width - labelWidth - 90);
    const fill = name.startsWith(mark) ? colours[0] : '#cbd5e1';
    return [
      text(labelWidth - 10, y + 14, name, { anchor: 'end' }),
      `<rect x="${labelWidth}" y="${y}" width="${length.toFixed(1)}" height="20" fill="${fill}"/>`,
      text(labelWidth + length + 8, y + 14, value.toFixed(0)),
    ].join('');
  });
  return document(width, 60 + rows.length * rowHeight, [text(20, 26, title, { size: 15, weight: 'bold' }), ...rows]);
}

/** Small plots in a grid. */
export function curvePlots(curves: readonly Curve[], perRow = 3): string {
  const [width, height] = [330, 250];
  const content = curves.map(
    (curve, index) =>
      `<g transform="translate(${(index % perRow) * width}, ${Math.floor(index / perRow) * height})">${plot(curve, width, height)}</g>`,
  );
  return document(perRow * width, Math.ceil(curves.length / perRow) * height, content);
}

function plot({ title, x, y, isLogarithmic = false, series }: Curve, width: number, height: number): string {
  const [left, right, top, bottom] = [52, width - 16, 50, height - 40];
  const points = series.flatMap((each) => each.points);
  const place = (value: number) => (isLogarithmic ? Math.log(value) : value);
  const [least, most] = [Math.min(...points.map(([px]) => place(px))), Math.max(...points.map(([px]) => place(px)))];
  const highest = niceAbove(Math.max(...points.map(([, py]) => py)));
  const atX = (value: number) => left + ((place(value) - least) / (most - least || 1)) * (right - left);
  const atY = (value: number) => bottom - (value / highest) * (bottom - top);
  const parts = [
    text(left - 36, 20, title, { size: 13, weight: 'bold' }),
    text(left - 36, 38, y, { size: 10 }),
    text(right, bottom + 32, x, { size: 10, anchor: 'end' }),
  ];
  for (const share of [0, 0.5, 1]) {
    const at = atY(highest * share);
    parts.push(`<line x1="${left}" y1="${at.toFixed(1)}" x2="${right}" y2="${at.toFixed(1)}" stroke="#e5e7eb"/>`);
    parts.push(text(left - 6, at + 4, shortNumber(highest * share), { size: 10, anchor: 'end' }));
  }
  const places = [...new Set(series.flatMap((each) => (each.isExpected ? [] : each.points.map(([px]) => px))))].sort((a, b) => a - b);
  let lastLabel = -Infinity;
  for (const value of places) {
    if (atX(value) - lastLabel < 26) continue;
    lastLabel = atX(value);
    parts.push(text(lastLabel, bottom + 16, shortNumber(value), { size: 10, anchor: 'middle' }));
  }
  let [key, colour] = [right, 0];
  for (const { name, points: own, isExpected = false } of series) {
    const stroke = isExpected ? expectedColour : colours[colour++]!;
    const line = own.map(([px, py]) => `${atX(px).toFixed(1)},${atY(py).toFixed(1)}`).join(' ');
    parts.push(
      `<polyline points="${line}" fill="none" stroke="${stroke}" stroke-width="2"${isExpected ? ' stroke-dasharray="5 4"' : ''}/>`,
    );
    if (!isExpected)
      parts.push(...own.map(([px, py]) => `<circle cx="${atX(px).toFixed(1)}" cy="${atY(py).toFixed(1)}" r="3" fill="${stroke}"/>`));
    parts.push(text(key, 38, name, { size: 10, anchor: 'end', fill: stroke }));
    key -= name.length * 5.6 + 12;
  }
  return parts.join('\n');
}

function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value)!;
}

function shortNumber(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  if (value >= 10_000) return `${value / 1000}k`;
  return String(Number(value.toPrecision(3)));
}
