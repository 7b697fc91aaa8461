import { useSyncExternalStore } from 'react';

// As in style/app.css.
const query = matchMedia('(max-width: 760px)');

function follow(listener: () => void): () => void {
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** Whether the page has the width of a phone. */
export const useIsPhone = (): boolean => useSyncExternalStore(follow, () => query.matches);
