import { RenewalsError } from '@partner-renewals/sdk';
import { currentLanguage, currentTexts, texts } from './language.ts';

const faultTexts = texts({
  en: {
    network: 'The server cannot be reached. Check the network, then try again.',
    unavailable: 'The server is busy or restarting. Try again in a moment.',
    importing: 'An import of your data is running. Try again when it is done.',
    rate: 'Your company sent many requests in a short time. Try again in a moment.',
    forbidden: 'Your role does not allow this.',
    signedOut: 'Your session has ended. Sign in again.',
    other: 'Something went wrong on our side. Try again.',
  },
  de: {
    network: 'Der Server ist nicht erreichbar. Bitte die Verbindung prüfen und noch einmal versuchen.',
    unavailable: 'Der Server ist ausgelastet oder startet gerade neu. Bitte gleich noch einmal versuchen.',
    importing: 'Ein Import Ihrer Daten läuft. Bitte versuchen Sie es danach noch einmal.',
    rate: 'Ihr Unternehmen hat in kurzer Zeit viele Anfragen gesendet. Bitte gleich noch einmal versuchen.',
    forbidden: 'Ihre Rolle erlaubt das nicht.',
    signedOut: 'Ihre Sitzung ist beendet. Bitte melden Sie sich wieder an.',
    other: 'Auf unserer Seite ist etwas schiefgegangen. Bitte noch einmal versuchen.',
  },
});

/** One sentence about a request that failed, for people. */
export function sentenceOfFault(error: unknown): string {
  const text = currentTexts(faultTexts);
  if (!(error instanceof RenewalsError)) return text.other;
  if (error.code === 'IMPORT_RUNNING') return text.importing;
  if (error.code === 'UNAUTHENTICATED') return text.signedOut;
  if (error.code === 'FORBIDDEN') return text.forbidden;
  if (error.name === 'ConnectionError' || error.name === 'TimeoutError') return text.network;
  if (error.name === 'UnavailableError') return text.unavailable;
  if (error.name === 'RateLimitError') return text.rate;
  return error.name === 'GraphQLRequestError' && currentLanguage() === 'en' ? error.message : text.other;
}
