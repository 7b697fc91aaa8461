import assert from 'node:assert/strict';
import { afterEach } from 'node:test';
import { format } from 'node:util';

/** Makes each warning of a client fail the test in which it is printed. */
export function failOnWarnings(): void {
  const warnings: string[] = [];
  console.warn = console.error = (...words: unknown[]) => void warnings.push(format(...words));
  process.on('warning', (warning) => void warnings.push(String(warning)));
  afterEach(() => assert.deepEqual(warnings.splice(0), []));
}
