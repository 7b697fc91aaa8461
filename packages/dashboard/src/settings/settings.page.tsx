import type { SettingsPart } from '../app/pages.ts';
export function SettingsPage({ part }: { part: SettingsPart | null }) {
  return <h1>Settings {part}</h1>;
}
