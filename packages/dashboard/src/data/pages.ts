import { useState } from 'react';
import { RenewalsError } from '@partner-renewals/sdk';
import { useAnswer } from './answer.ts';

type PageOf<T> = { readonly nodes: readonly T[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } };
type Read<T> = (after: string | undefined, signal?: AbortSignal) => Promise<PageOf<T>>;

/** A list that is read page by page, as far as the viewer wants. */
export function usePages<T extends { readonly id: string }>(key: string, read: Read<T>) {
  const { value, problem, reload, show } = useAnswer(key, async (signal) => read(undefined, signal), { forgets: true });
  const [reading, setReading] = useState<{ readonly isBusy: boolean; readonly problem: RenewalsError | null }>({
    isBusy: false,
    problem: null,
  });

  async function readMore(): Promise<void> {
    const after = value?.pageInfo.endCursor;
    if (!after || reading.isBusy) return;
    setReading({ isBusy: true, problem: null });
    try {
      const { nodes, pageInfo } = await read(after);
      show((now) => ({ pageInfo, nodes: [...now.nodes, ...nodes] }));
      setReading({ isBusy: false, problem: null });
    } catch (error) {
      setReading({ isBusy: false, problem: error instanceof RenewalsError ? error : new RenewalsError(String(error)) });
    }
  }

  return {
    nodes: value?.nodes,
    problem,
    moreProblem: reading.problem,
    isReadingMore: reading.isBusy,
    hasMore: value?.pageInfo.hasNextPage ?? false,
    readMore: () => void readMore(),
    reload,
    /** Shows what an act changed. */
    patch: (change: (nodes: readonly T[]) => readonly T[]) => show((now) => ({ ...now, nodes: change(now.nodes) })),
  };
}
