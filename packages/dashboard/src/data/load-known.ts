import { client } from './client.ts';
import { viewerSelection } from './viewer.selection.ts';
import { known, type Known } from './viewer.store.ts';

/** Reads who is signed in. The table does so with its own first request. */
export async function readKnown(): Promise<Known | null> {
  const { viewer, dashboardColumns } = await client.query(viewerSelection());
  return viewer && dashboardColumns && { viewer, columns: dashboardColumns };
}

/** Reads who is signed in, for the pages without the table and after a change of the language. */
export async function loadKnown(): Promise<void> {
  const value = await readKnown();
  if (value) known.set(value);
}
