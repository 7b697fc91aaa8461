import { createStore, useStore } from '../data/store.ts';
import { remember, remembered } from '../data/remembered.ts';

export type Language = 'en' | 'de';

type Texts = { readonly [name: string]: string | ((...values: never[]) => string) | Texts };
/** The same names, with texts of another language. */
type Translated<T> = {
  readonly [Name in keyof T]: T[Name] extends string ? string : T[Name] extends Texts ? Translated<T[Name]> : T[Name];
};

const isLanguage = (value: unknown): value is Language => value === 'en' || value === 'de';

const languageOfBrowser = (): Language => navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en';

const language = createStore<Language>(remembered('language', (value) => (isLanguage(value) ? value : null)) ?? languageOfBrowser());
const showLanguage = () => (document.documentElement.lang = language.get());
showLanguage();
language.subscribe(showLanguage);

export const useLanguage = (): Language => useStore(language);
export const currentLanguage = (): Language => language.get();
/** The language as the API names it. */
export const currentLocale = (): 'EN' | 'DE' => (language.get() === 'de' ? 'DE' : 'EN');
export const followLanguage = language.subscribe;

export function setLanguage(next: Language): void {
  remember('language', next);
  language.set(next);
}

/** The texts of a room of the page in both languages. */
export const texts = <T extends Texts>(both: { readonly en: T; readonly de: Translated<T> }) => both as { readonly en: T; readonly de: T };

/** The texts of a room in the current language. */
export const useTexts = <T>(room: { readonly en: T; readonly de: T }): T => room[useLanguage()];
export const currentTexts = <T>(room: { readonly en: T; readonly de: T }): T => room[language.get()];
