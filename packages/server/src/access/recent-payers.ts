/** Tells whether others than one payer have asked lately. */
export type RecentPayers = { note(payer: string): void; isAlone(payer: string | null): boolean };

const aloneAfterMs = 10_000;

/** `clock` returns milliseconds. */
export function createRecentPayers(clock: () => number = () => performance.now()): RecentPayers {
  // The last request, and the last one of another payer.
  let last = { payer: '', at: -Infinity };
  let lastOfOther = last;
  return {
    note(payer) {
      const at = clock();
      if (last.payer === payer) last.at = at;
      else [last, lastOfOther] = [{ payer, at }, last];
    },
    isAlone: (payer) => clock() - (last.payer === payer ? lastOfOther : last).at > aloneAfterMs,
  };
}
