import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock that the kernel keeps: it ends with its process, however that ends, so no lock is ever stale. */
export type FileLock = { release(): void };

/** Null where another process, or another lock of this one, is in the way. */
export async function tryFileLock(path: string, kind: 'shared' | 'exclusive'): Promise<FileLock | null> {
  // Loaded when needed: it is native code, and whoever brings a server of his own must not depend on it.
  const { default: native } = await import('fs-native-extensions');
  const file = openSync(path, 'a+', 0o600);
  try {
    if (native.tryLock(file, { shared: kind === 'shared' })) return { release: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
  closeSync(file);
  return null;
}

export async function waitForFileLock(path: string, kind: 'shared' | 'exclusive', limitMs: number): Promise<FileLock> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const lock = await tryFileLock(path, kind);
    if (lock) return lock;
    if (Date.now() > deadline) throw new Error(`Another process has held ${path} for ${limitMs / 1000} seconds.`);
    await sleep(10 + Math.random() * 20);
  }
}
