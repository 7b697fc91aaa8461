import { useEffect, useState } from 'react';

const pauseMs = 150;

/** A value once it has not changed for a moment, so that not each letter is a request. */
export function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}
