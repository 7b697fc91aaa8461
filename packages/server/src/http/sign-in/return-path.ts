const maxLength = 2_000;
// Any base does: it tells a path from an address.
const base = 'http://this.invalid';

/** The path of this site to which a browser returns after sign-in. Anything else becomes `/`, also an address that only looks like a path. */
export function returnPath(text: unknown): string {
  if (typeof text !== 'string' || text.length > maxLength || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text) || !URL.canParse(text, base))
    return '/';
  const { origin, pathname, search, hash } = new URL(text, base);
  // `/.//host` is a path whose normal form is an address.
  if (origin !== base || /^\/[/\\]/.test(pathname) || /^\/sign-(in|out)(\/|$)/.test(pathname)) return '/';
  return `${pathname}${search}${hash}`;
}
