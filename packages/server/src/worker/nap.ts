export type Nap = {
  /** Sleeps until the time is over, or until somebody wakes it; a call of `wake` since the last sleep ends it at once. */
  sleep(ms: number): Promise<void>;
  wake(): void;
};

export function createNap(): Nap {
  let isWoken = false;
  let end: (() => void) | undefined;
  return {
    async sleep(ms) {
      if (!isWoken)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          end = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      isWoken = false;
      end = undefined;
    },
    wake() {
      isWoken = true;
      end?.();
    },
  };
}
