import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentTestRun } from './test-run.ts';

/** Creates a folder with an export: the lines of each file, or its bytes. */
export function csvFolder(files: Record<string, readonly string[] | Buffer>): string {
  const folder = mkdtempSync(join(currentTestRun().folder, 'csv-'));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), Buffer.isBuffer(content) ? content : `${content.join('\n')}\n`);
  }
  return folder;
}
