// Colours and sizes of the dashboard. Inline styles are what all mail programs read; the classes change the colours in dark mode, where a
// program knows it, and the layout on a phone. Each pair of colours has a contrast of at least 4.5.

type Colours = { page: string; panel: string; ink: string; mute: string; line: string; soft: string; accent: string; onAccent: string };

export const light: Colours & Record<'soonInk' | 'soon' | 'lastInk' | 'last', string> = {
  page: '#f3f1ec',
  panel: '#ffffff',
  ink: '#1d2127',
  mute: '#59616d',
  line: '#d9d5cd',
  soft: '#eef3f9',
  accent: '#0b5cad',
  onAccent: '#ffffff',
  soonInk: '#8a4200',
  soon: '#fdf0df',
  lastInk: '#a1262c',
  last: '#fbe6e5',
};

const dark: typeof light = {
  page: '#14161a',
  panel: '#1b1e24',
  ink: '#e9ebef',
  mute: '#a9b1bd',
  line: '#3a404b',
  soft: '#1d2a38',
  accent: '#7db7ff',
  onAccent: '#0c1420',
  soonInk: '#ffb866',
  soon: '#3a2a16',
  lastInk: '#ff9a96',
  last: '#3b1c1d',
};

export const font = 'font-family:system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif'.replaceAll('"', "'");

/** For the programs that read it; the others show the light colours and one column. */
export const styleSheet = `:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){.page{background:${dark.page}!important}.panel{background:${dark.panel}!important;border-color:${dark.line}!important}
.ink{color:${dark.ink}!important}.mute{color:${dark.mute}!important}.line{border-color:${dark.line}!important}
.calm{background:${dark.soft}!important;border-color:${dark.accent}!important}.soon{background:${dark.soon}!important;border-color:${dark.soonInk}!important}.last{background:${dark.last}!important;border-color:${dark.lastInk}!important}
.t-calm{color:${dark.ink}!important}.t-soon{color:${dark.soonInk}!important}.t-last{color:${dark.lastInk}!important}
.main{background:${dark.accent}!important;border-color:${dark.accent}!important;color:${dark.onAccent}!important}.other{border-color:${dark.line}!important;color:${dark.accent}!important}.link{color:${dark.accent}!important}}
@media (max-width:480px){.outer{padding:0!important}.panel{border-width:0!important;border-radius:0!important;padding:20px 16px!important}.button{display:block!important;margin-right:0!important;text-align:center!important}.label{width:38%!important}}`;
