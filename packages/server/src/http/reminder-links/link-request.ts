import type { FastifyInstance, FastifyRequest } from 'fastify';
import { negotiatorOf } from '../negotiation.ts';
import { reminderLanguages, type ReminderLanguage } from '../../reminder/reminder-kind.ts';

/** The most bytes of a form. A mail provider sends 26, our own forms hardly more. */
const maxFormBytes = 4_096;

/** A form that cannot be read. */
class MalformedForm extends Error {
  override name = 'MalformedForm';
  readonly statusCode = 400;
}

/** Reads forms, and nothing else: another content type gets 415, a larger body 413. */
export function readForms(app: FastifyInstance, types: readonly string[]): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([...types], { parseAs: 'buffer', bodyLimit: maxFormBytes }, async (request: FastifyRequest, body: Buffer) =>
    formOf(request.headers['content-type'] ?? '', body),
  );
}

/** The parser of the platform knows both encodings of forms. Files count for nothing. */
async function formOf(contentType: string, body: Buffer): Promise<Map<string, string>> {
  const form = new Map<string, string>();
  try {
    const fields = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
    for (const [name, value] of fields) if (typeof value === 'string' && !form.has(name)) form.set(name, value);
  } catch {
    throw new MalformedForm();
  }
  return form;
}

/** The field of a form, and null for any other body. */
export function fieldOf({ body }: FastifyRequest, name: string): string | null {
  return body instanceof Map ? ((body as Map<string, string>).get(name) ?? null) : null;
}

/** The language of the mail if it is known, else the one that the browser asks for. */
export function languageOf(request: FastifyRequest, ofMail: string | null = null): ReminderLanguage {
  const known = reminderLanguages.find((each) => each === ofMail);
  return known ?? (negotiatorOf(request.raw).language([...reminderLanguages]) as ReminderLanguage | undefined) ?? 'en';
}
