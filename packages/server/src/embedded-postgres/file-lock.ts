import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A lock that the kernel holds. It ends with its process, even after a crash, so no lock is ever stale. */
export type FileLock = { release(): void };

/** Returns null if another process, or another lock of this process, prevents the lock. */
export async function tryFileLock(path: string, kind: 'shared' | 'exclusive'): Promise<FileLock | null> {
  // Imported on demand: it is native code, and a start with DATABASE_URL must not depend on it.
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

export async function waitForFileLock(
  path: string,
  kind: 'shared' | 'exclusive',
  timeoutMs: number,
  stop?: AbortSignal,
): Promise<FileLock> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const lock = await tryFileLock(path, kind);
    if (lock) return lock;
    stop?.throwIfAborted();
    if (Date.now() > deadline) throw new Error(`Another process has held ${path} for ${timeoutMs / 1000} seconds.`);
    await sleep(10 + Math.random() * 20);
  }
}
