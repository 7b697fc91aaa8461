import { RenewalsError } from '@partner-renewals/sdk';
import { useState } from 'react';

type Page<T> = { readonly nodes: readonly T[]; readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null } };

/** A list whose first page came with the customer; more pages come on demand. Another first page begins anew. */
export function usePages<T>(first: Page<T>, read: (after: string) => Promise<Page<T> | undefined>) {
  const [more, setMore] = useState<{ first: Page<T>; pages: readonly Page<T>[] }>({ first, pages: [] });
  const [state, setState] = useState<{ isReading: boolean; problem: RenewalsError | null }>({ isReading: false, problem: null });
  const pages = more.first === first ? [first, ...more.pages] : [first];
  const { hasNextPage, endCursor } = pages.at(-1)!.pageInfo;

  async function readMore(): Promise<void> {
    setState({ isReading: true, problem: null });
    try {
      const page = await read(endCursor!);
      if (page) setMore({ first, pages: [...pages.slice(1), page] });
      setState({ isReading: false, problem: null });
    } catch (error) {
      setState({ isReading: false, problem: error instanceof RenewalsError ? error : new RenewalsError(String(error)) });
    }
  }

  return { nodes: pages.flatMap(({ nodes }) => nodes), hasMore: hasNextPage, readMore: () => void readMore(), ...state };
}
