import { useSyncExternalStore } from 'react';

// The links of the header need so much in German.
const query = matchMedia('(max-width: 960px)');

function follow(listener: () => void): () => void {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Whether the header has no room for its links, as on a phone. */
export const useIsNarrow = (): boolean => useSyncExternalStore(follow, () => query.matches);
