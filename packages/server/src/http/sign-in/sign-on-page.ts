import type { FastifyReply } from 'fastify';
import type { OpenIdFault } from '../../authentication/open-id.ts';
import { noteErrors, lineOf } from '../request-line.ts';
import { html } from '../html.ts';
import { sendPage } from '../plain-page.ts';
import { languageOf } from '../reminder-links/link-request.ts';
import type { ErrorCode } from '../../graphql/errors.ts';

type Fault = OpenIdFault | 'BUSY';

const answers: Record<Fault, readonly [status: number, code: ErrorCode]> = {
  DENIED: [403, 'UNAUTHENTICATED'],
  EXPIRED: [400, 'UNAUTHENTICATED'],
  FAILED: [400, 'UNAUTHENTICATED'],
  NO_USER: [403, 'UNAUTHENTICATED'],
  UNAVAILABLE: [503, 'UNAVAILABLE'],
  BUSY: [429, 'RATE_LIMITED'],
};

const texts: Record<'en' | 'de', { title: string; back: string } & Record<Fault, string>> = {
  en: {
    title: 'You are not signed in',
    back: 'Back to sign-in',
    DENIED: 'The sign-on was cancelled.',
    EXPIRED: 'This sign-in took too long, was used before, or began in another browser. Please start again.',
    FAILED: 'The sign-on gave an answer that cannot be trusted. Please start again; if it happens again, tell your administrator.',
    NO_USER: 'No user belongs to your account. An administrator of your company can create one with your e-mail address.',
    UNAVAILABLE: 'The sign-on is unavailable. Please try again in a moment.',
    BUSY: 'Too many attempts. Please try again in a moment.',
  },
  de: {
    title: 'Sie sind nicht angemeldet',
    back: 'Zurück zur Anmeldung',
    DENIED: 'Die Anmeldung wurde abgebrochen.',
    EXPIRED: 'Diese Anmeldung hat zu lange gedauert, wurde schon benutzt oder in einem anderen Browser begonnen. Bitte beginnen Sie neu.',
    FAILED:
      'Die Antwort der Anmeldung ist nicht vertrauenswürdig. Bitte beginnen Sie neu; wenn es wieder geschieht, sagen Sie es Ihrem Administrator.',
    NO_USER: 'Zu Ihrem Konto gehört kein Benutzer. Ein Administrator Ihrer Firma kann einen mit Ihrer E-Mail-Adresse anlegen.',
    UNAVAILABLE: 'Die Anmeldung ist nicht erreichbar. Bitte versuchen Sie es gleich noch einmal.',
    BUSY: 'Zu viele Versuche. Bitte versuchen Sie es gleich noch einmal.',
  },
};

/** The page for a browser that comes back without being signed in. */
export function sendFault(reply: FastifyReply, fault: Fault): FastifyReply {
  const language = languageOf(reply.request);
  const { title, back, [fault]: text } = texts[language];
  const [status, code] = answers[fault];
  noteErrors(lineOf(reply.request), [{ extensions: { code } }]);
  return sendPage(reply, status, {
    language,
    title,
    content: html`<p>${text}</p>
      <p><a href="/sign-in">${back}</a></p>`,
  });
}
