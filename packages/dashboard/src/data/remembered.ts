// Preferences of this browser: never data of a customer, and no secret.
const prefix = 'partner-renewals.';

/** The remembered value, or null if there is none or `read` refuses it. */
export function remembered<T>(name: string, read: (value: unknown) => T | null): T | null {
  try {
    const text = localStorage.getItem(prefix + name);
    return text === null ? null : read(JSON.parse(text));
  } catch {
    // Some browsers allow a page no storage.
    return null;
  }
}

export function remember(name: string, value: unknown): void {
  try {
    if (value === null) localStorage.removeItem(prefix + name);
    else localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // The page works without it.
  }
}
