import { lazy, type ComponentType } from 'react';
import { connection, isAway } from '../data/connection.ts';

/** A component whose file is loaded when it is needed. If the server is away, it appears as soon as the server is back. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as React declares it
export const late = <T extends ComponentType<any>>(load: () => Promise<{ default: T }>) => lazy(async () => patiently(load));

async function patiently<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    // The page asks for the server; if it is there, the file may be gone, and the second error stands.
    isAway('unreachable');
    await isUp();
    return load();
  }
}

const isUp = async (): Promise<void> =>
  new Promise((resolve) => {
    const stop = connection.subscribe(() => {
      if (connection.get() !== 'up') return;
      stop();
      resolve();
    });
  });
