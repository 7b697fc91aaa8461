import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readConfig } from '../config.ts';
import { listKeptMail, readKeptMail } from './kept-mail.ts';
import type { Mail } from './mail.ts';
import { createMailTransport } from './mail-transport.ts';

const log = pino({ level: 'silent' });
let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kept-mail-'));
});
afterAll(async () => await rm(dataDir, { recursive: true, force: true }));

const mail: Mail = {
  id: 'first',
  senderName: 'Nordlicht\r\nBcc: x',
  replyTo: null,
  to: { name: 'Imke Boysen', address: 'imke@aerztenord.example' },
  subject: 'Ärzte Nord eG:\n renewal',
  text: 'text',
  html: '<p>html',
  list: { id: 'a.b', unsubscribeUrl: 'https://renewals.example.com/r/x' },
};

describe('without a mail server', () => {
  test('mail is kept in files that only their owner reads, with what would have been sent', async () => {
    expect(await listKeptMail(dataDir)).toEqual([]);
    const transport = (await createMailTransport(readConfig({ DATA_DIR: dataDir }), log))!;
    const messageId = '<first@partner-renewals.example>';
    expect(await transport.deliver(mail)).toEqual({ state: 'KEPT', address: 'imke@aerztenord.example', messageId });
    const [kept] = await listKeptMail(dataDir);
    expect(kept).toMatchObject({
      messageId,
      from: { name: 'Nordlicht Bcc: x', address: 'renewals@partner-renewals.example' },
      to: { name: 'Imke Boysen', address: 'imke@aerztenord.example' },
      subject: 'Ärzte Nord eG: renewal',
      text: 'text',
      html: '<p>html',
      headers: {
        'List-ID': '<a.b.partner-renewals.example>',
        'List-Unsubscribe': '<https://renewals.example.com/r/x>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    });
    expect(await readKeptMail(dataDir, kept!.id)).toEqual(kept);
    const folder = join(dataDir, 'mail');
    expect([(await stat(folder)).mode & 0o777, (await stat(join(folder, `${kept!.id}.json`))).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(await transport.deliver({ ...mail, to: { name: null, address: 'nobody' } })).toMatchObject({
      state: 'FAILED',
      reason: 'INVALID',
    });
    expect(await readdir(folder)).toEqual([`${kept!.id}.json`]);
  });

  test('the newest 500 are kept, and other files are left alone', async () => {
    const folder = join(dataDir, 'mail');
    await writeFile(join(folder, 'note.json'), '{}');
    const [first] = await listKeptMail(dataDir);
    for (let index = 1; index <= 505; index += 1)
      await writeFile(
        join(folder, `20200101T0000${String(index).padStart(5, '0')}Z-old-${index}.json`),
        JSON.stringify({ ...first, id: `old-${index}` }),
      );
    const transport = (await createMailTransport(readConfig({ DATA_DIR: dataDir }), log))!;
    await Promise.all(['second', 'third'].map((id) => transport.deliver({ ...mail, id })));
    const listed = await listKeptMail(dataDir);
    expect(listed).toHaveLength(500);
    // With the note.
    expect(await readdir(folder)).toHaveLength(501);
    expect(
      listed
        .slice(0, 3)
        .map(({ messageId }) => messageId)
        .sort(),
    ).toEqual(['first', 'second', 'third'].map((id) => `<${id}@partner-renewals.example>`));
    expect(listed.at(-1)!.id).toBe('old-9');
    expect(await readFile(join(folder, 'note.json'), 'utf8')).toBe('{}');
    expect((await listKeptMail(dataDir, 2)).length).toBe(2);
  });

  test.each(['../../etc/passwd', '..', '', 'note', '20200101T000000001Z-/../x'])('a mail by the name %j is not looked for', async (id) => {
    expect(await readKeptMail(dataDir, id)).toBeNull();
  });

  test('production keeps nothing', async () => {
    expect(await createMailTransport(readConfig({ NODE_ENV: 'production', DATABASE: 'embedded', DATA_DIR: dataDir }), log)).toBeNull();
  });
});
