/** The parts of the settings, in their order. Each has an address of its own. */
export const settingsParts = ['my-reminders', 'reminders', 'addresses', 'ended', 'partner', 'users', 'keys', 'sessions'] as const;
export type SettingsPart = (typeof settingsParts)[number];

export type Page =
  | { readonly name: 'renewals'; readonly customerId: string | null }
  | { readonly name: 'reminders' | 'sign-in' | 'signed-in' | 'unknown' }
  | { readonly name: 'settings'; readonly part: SettingsPart | null };

const isPart = (part: string): part is SettingsPart => (settingsParts as readonly string[]).includes(part);

/** Which page a path names. `part` is null for the settings as a whole: then the first part is shown. */
export function pageOf(path: string): Page {
  const [first = '', second, ...more] = path.replace(/^\/|\/$/g, '').split('/');
  if (more.length === 0 && second === undefined) {
    if (first === '') return { name: 'renewals', customerId: null };
    if (first === 'reminders' || first === 'sign-in' || first === 'signed-in') return { name: first };
    if (first === 'settings') return { name: 'settings', part: null };
  }
  if (more.length === 0 && second) {
    if (first === 'customers') return { name: 'renewals', customerId: decoded(second) };
    if (first === 'settings' && isPart(second)) return { name: 'settings', part: second };
  }
  return { name: 'unknown' };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A path of this site, or the first page: what an address asks for may have been written by anybody. */
export function ownPath(to: string | null): string {
  if (!to?.startsWith('/')) return '/';
  const url = new URL(to, location.origin);
  // `/.//host` is a path whose normal form is an address.
  const isOwn = url.origin === location.origin && !url.pathname.startsWith('//');
  return isOwn && !pageOf(url.pathname).name.startsWith('sign') ? url.pathname + url.search : '/';
}
