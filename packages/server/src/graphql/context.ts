import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import type { Viewer } from '../access/viewer.ts';
import type { CalendarDate } from '../calendar-date.ts';

/** What every resolver knows of its request. */
export type RequestContext = {
  readonly pool: Pool;
  readonly viewer: Viewer;
  readonly partnerId: string;
  /** Today, by the business's time zone; read once a request. */
  readonly businessDate: CalendarDate;
  readonly businessTimeZone: string;
  readonly requestId: string;
  /** The header Idempotency-Key; null if there is none. */
  readonly idempotencyKey: string | null;
  readonly loaders: Map<string, DataLoader<string, unknown>>;
};

export function createContext(
  request: Pick<RequestContext, 'pool' | 'viewer' | 'businessDate' | 'businessTimeZone' | 'requestId'> & {
    idempotencyKey?: string | null;
  },
): RequestContext {
  return { ...request, idempotencyKey: request.idempotencyKey ?? null, partnerId: request.viewer.partnerId, loaders: new Map() };
}

/**
 * Loads something of an object together with the same thing of its siblings, in one statement.
 * @param what the thing with everything it depends on: field, arguments, selection
 */
export function loadBatched<T>(
  context: RequestContext,
  what: readonly unknown[],
  id: string,
  find: (ids: readonly string[]) => Promise<ReadonlyMap<string, T>>,
): Promise<T | undefined> {
  const name = JSON.stringify(what);
  let loader = context.loaders.get(name) as DataLoader<string, T | undefined> | undefined;
  if (loader === undefined) {
    loader = new DataLoader<string, T | undefined>(async (ids) => {
      const found = await find(ids);
      return ids.map((key) => found.get(key));
    });
    context.loaders.set(name, loader);
  }
  return loader.load(id);
}
