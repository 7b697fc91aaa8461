// An act names the version that the user saw, so that it never overwrites what somebody else did. A second act on the same object may be
// asked for while the first is on its way; then it is based on the version that the first one makes.

const made = new Map<string, { readonly from: number; readonly to: number }>();

/** The version to expect of an object: the shown one, or the one that the viewer's own acts made of it. */
export function expectedVersion(id: string, shown: number): number {
  const own = made.get(id);
  return own && shown >= own.from && shown < own.to ? own.to : shown;
}

/** Tells that an act made a version of another. */
export function noteVersion(id: string, from: number, to: number | undefined): void {
  if (to === undefined) return;
  const own = made.get(id);
  made.set(id, { from: own?.to === from ? own.from : from, to });
}
