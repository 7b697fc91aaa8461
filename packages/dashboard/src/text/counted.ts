import type { Language } from './language.ts';
import { once } from './once.ts';

/** A count with the form of its word that the language asks for: 1 row, 1,200 rows. */
function countedIn(language: Language) {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const rules = once(() => new Intl.PluralRules(locale));
  const numbers = once(() => new Intl.NumberFormat(locale));
  return (count: number, one: string, other: string): string =>
    `${numbers().format(count)} ${rules().select(count) === 'one' ? one : other}`;
}

export const inEnglish = countedIn('en');
export const inGerman = countedIn('de');
