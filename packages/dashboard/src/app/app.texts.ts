import { texts } from '../text/language.ts';
import type { Viewer } from '../data/viewer.selection.ts';

type Roles = Record<Viewer['role'], string>;
const rolesInEnglish: Roles = { ADMIN: 'Administrator', MANAGER: 'Manager', VIEWER: 'Viewer', OPERATOR: 'Operator of the vendor' };
const rolesInGerman: Roles = { ADMIN: 'Administrator', MANAGER: 'Manager', VIEWER: 'Betrachter', OPERATOR: 'Operator des Anbieters' };

export const appTexts = texts({
  en: {
    close: 'Close',
    skip: 'Skip to the content',
    skipToRows: 'Skip to the rows',
    keys: 'Keyboard shortcuts',
    main: 'Main',
    menu: 'Menu',
    pages: 'Pages',
    renewals: 'Upcoming renewals',
    reminders: 'Reminders',
    settings: 'Settings',
    developers: 'Developers',
    nothingForDevelopers: 'Nothing is switched on here',
    mailbox: 'Mailbox of this server',
    language: 'Language',
    theme: 'Appearance',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    account: (name: string) => `Account: ${name}`,
    accountItems: 'Account',
    roles: rolesInEnglish,
    sessions: 'Sessions',
    signOut: 'Sign out',
    away: {
      unreachable: 'The server cannot be reached. What you see may be out of date; the page tries again by itself.',
      busy: 'The server is restarting or busy. The page tries again by itself.',
    },
    back: 'The server is back.',
    signedOut: 'You are signed out. What you typed is still here.',
    signIn: 'Sign in',
  },
  de: {
    close: 'Schließen',
    skip: 'Zum Inhalt springen',
    skipToRows: 'Zu den Zeilen springen',
    keys: 'Tastaturkürzel',
    main: 'Hauptmenü',
    menu: 'Menü',
    pages: 'Seiten',
    renewals: 'Bevorstehende Verlängerungen',
    reminders: 'Erinnerungen',
    settings: 'Einstellungen',
    developers: 'Entwickler',
    nothingForDevelopers: 'Hier ist nichts eingeschaltet',
    mailbox: 'Postfach dieses Servers',
    language: 'Sprache',
    theme: 'Darstellung',
    themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
    account: (name: string) => `Konto: ${name}`,
    accountItems: 'Konto',
    roles: rolesInGerman,
    sessions: 'Sitzungen',
    signOut: 'Abmelden',
    away: {
      unreachable: 'Der Server ist nicht erreichbar. Was Sie sehen, kann veraltet sein; die Seite versucht es von selbst erneut.',
      busy: 'Der Server startet neu oder ist ausgelastet. Die Seite versucht es von selbst erneut.',
    },
    back: 'Der Server ist wieder da.',
    signedOut: 'Sie sind abgemeldet. Ihre Eingaben sind noch da.',
    signIn: 'Anmelden',
  },
});
