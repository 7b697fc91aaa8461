import { expect, test } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeWholeFile } from './whole-file.ts';

test('the draft of a process that was killed is not in the way of the next one, which may have the same process id', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'renewals-whole-file-'));
  writeFileSync(join(folder, `.backup.gz.${process.pid}.partial`), 'half');
  await writeWholeFile(join(folder, 'backup.gz'), { mayReplace: false }, async (file) => void file.end('whole'));
  expect(readFileSync(join(folder, 'backup.gz'), 'utf8')).toBe('whole');
  expect(readdirSync(folder)).toHaveLength(2);
});
