import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MailConfig } from '../config.mail.ts';
import type { Mail, Mailbox, MailTransport } from './mail.ts';
import { composeMessage, MailFault } from './message.ts';

/** A mail that was kept because none may leave. */
export type KeptMail = {
  /** Names the file, so the newest has the greatest. */
  id: string;
  messageId: string;
  /** ISO 8601. */
  date: string;
  from: Mailbox;
  to: Mailbox;
  replyTo: Mailbox | null;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
};

const mostKept = 500;
const idShape = /^\d{8}T\d{9}Z-[0-9a-zA-Z._-]{1,160}$/;
const folderOf = (dataDir: string) => join(dataDir, 'mail');

/** Writes mail into files of the data folder, where the mailbox page of development finds it. */
export function createKeptTransport(config: MailConfig, dataDir: string): MailTransport {
  return {
    async deliver(mail) {
      const { address } = mail.to;
      try {
        const messageId = await keepMail(mail, config, dataDir);
        return { state: 'KEPT', address, messageId };
      } catch (error) {
        if (error instanceof MailFault) return { state: 'FAILED', reason: 'INVALID', detail: error.message, address };
        return { state: 'RETRY', detail: (error as Error).message, address, isUnreachable: true };
      }
    },
    close: async () => {},
  };
}

async function keepMail(mail: Mail, config: MailConfig, dataDir: string): Promise<string> {
  const { from, to, messageId, date, subject, text, html, headers } = await composeMessage(mail, config);
  const iso = date.toISOString();
  const id = `${iso.replace(/[-:.]/g, '')}-${mail.id}`;
  const kept: KeptMail = { id, messageId, date: iso, from, to, replyTo: mail.replyTo, subject, text, html, headers };
  const folder = folderOf(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A reader never sees half of a file.
  const unfinished = join(folder, `.${randomUUID()}`);
  await writeFile(unfinished, JSON.stringify(kept), { mode: 0o600 });
  await rename(unfinished, join(folder, `${id}.json`));
  const old = (await idsIn(folder)).slice(mostKept);
  await Promise.all(old.map((each) => rm(join(folder, `${each}.json`), { force: true })));
  return messageId;
}

/** The newest first. */
export async function listKeptMail(dataDir: string, most = mostKept): Promise<KeptMail[]> {
  const ids = (await idsIn(folderOf(dataDir))).slice(0, most);
  const found = await Promise.all(ids.map((id) => readKeptMail(dataDir, id)));
  return found.filter((mail) => mail !== null);
}

/** Null if there is no such mail, or no longer. */
export async function readKeptMail(dataDir: string, id: string): Promise<KeptMail | null> {
  if (!idShape.test(id)) return null;
  try {
    return JSON.parse(await readFile(join(folderOf(dataDir), `${id}.json`), 'utf8')) as KeptMail;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function idsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const ids = names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
  return ids.filter((id) => idShape.test(id)).sort((a, b) => (a < b ? 1 : -1));
}
