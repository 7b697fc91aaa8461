import { useCallback, useEffect, useRef, useState } from 'react';
import { RenewalsError } from '@partner-renewals/sdk';
import { freshness } from './freshness.ts';
import { useStore } from './store.ts';

export type Answered<T> = {
  /** The last answer. It stays while the page reads again. */
  readonly value: T | undefined;
  readonly problem: RenewalsError | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
  /** Shows another value, such as the result of a mutation, without a request. */
  readonly show: (value: T | ((now: T) => T)) => void;
};

/**
 * Reads from the API when a component appears, when `key` changes, when the server is back, and on `reload`. With another key the old
 * value goes only when the new one is there, unless `forgets`.
 */
export function useAnswer<T>(key: string, load: (signal: AbortSignal) => Promise<T>, { forgets = false } = {}): Answered<T> {
  const [state, setState] = useState<{ key: string; value?: T; problem: RenewalsError | null; isLoading: boolean }>({
    ...{ key, problem: null, isLoading: true },
  });
  const [count, setCount] = useState(0);
  const fresh = useStore(freshness);
  const current = useRef(load);
  current.current = load;
  useEffect(() => {
    const controller = new AbortController();
    setState((now) => ({ ...(forgets && now.key !== key ? {} : now), key, problem: null, isLoading: true }));
    current.current(controller.signal).then(
      (value) => !controller.signal.aborted && setState({ key, value, problem: null, isLoading: false }),
      (error: unknown) => {
        if (controller.signal.aborted) return;
        // Others are mistakes of the page.
        const problem = error instanceof RenewalsError ? error : new RenewalsError(String(error));
        setState((now) => ({ ...now, problem, isLoading: false }));
      },
    );
    return () => controller.abort();
  }, [key, count, fresh, forgets]);
  const show = useCallback(
    (next: T | ((now: T) => T)) =>
      setState((now) => ({ ...now, value: typeof next === 'function' ? (next as (now: T) => T)(now.value as T) : next })),
    [],
  );
  const reload = useCallback(() => setCount((now) => now + 1), []);
  return { value: state.value, problem: state.problem, isLoading: state.isLoading || state.key !== key, reload, show };
}
