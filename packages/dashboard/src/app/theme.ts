import { createStore, useStore } from '../data/store.ts';
import { remember, remembered } from '../data/remembered.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const isTheme = (value: unknown): value is Theme => themes.includes(value as Theme);

const theme = createStore<Theme>(remembered('theme', (value) => (isTheme(value) ? value : null)) ?? 'system');

function show(): void {
  const chosen = theme.get();
  if (chosen === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = chosen;
}
show();
theme.subscribe(show);

export const useTheme = (): Theme => useStore(theme);

export function setTheme(next: Theme): void {
  remember('theme', next === 'system' ? null : next);
  theme.set(next);
}
