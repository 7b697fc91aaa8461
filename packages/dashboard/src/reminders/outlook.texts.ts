import { inEnglish, inGerman } from '../text/counted.ts';
import { texts } from '../text/language.ts';

export const outlookTexts = texts({
  en: {
    title: (customer: string) => `What comes next for ${customer}`,
    details: 'Details of the customer',
    noChange: 'No contract changes in the next 120 days, so no reminder is due.',
    deadline: (date: string, days: number): string =>
      days > 0 ? `deadline ${date}, ${inEnglish(days, 'day', 'days')} left` : `deadline today, ${date}`,
    decided: 'the customer has decided, so no deadline reminder comes',
    passed: (date: string) => `the last day to decide was ${date}, so no deadline reminder comes`,
    effective: (date: string) => `takes effect on ${date}`,
    offsets: (days: string) => `Reminders of deadlines go out this many days before: ${days}.`,
    off: 'Reminders of deadlines are switched off for the company.',
    muted: (name: string, date: string): string => `Muted by ${name} on ${date}`,
    snoozed: (name: string, date: string): string => `Postponed by ${name} on ${date}`,
    forAll: 'for everyone',
    until: (date: string) => `until ${date}`,
  },
  de: {
    title: (customer: string) => `Was bei ${customer} als Nächstes kommt`,
    details: 'Details zum Kunden',
    noChange: 'In den nächsten 120 Tagen ändert sich kein Vertrag, also ist keine Erinnerung fällig.',
    deadline: (date: string, days: number): string =>
      days > 0 ? `Frist ${date}, noch ${inGerman(days, 'Tag', 'Tage')}` : `Frist heute, ${date}`,
    decided: 'der Kunde hat entschieden, also kommt keine Fristerinnerung',
    passed: (date: string) => `der letzte Tag zum Entscheiden war der ${date}, also kommt keine Fristerinnerung`,
    effective: (date: string) => `gilt ab ${date}`,
    offsets: (days: string) => `Fristerinnerungen gehen so viele Tage vorher hinaus: ${days}.`,
    off: 'Fristerinnerungen sind für das Unternehmen ausgeschaltet.',
    muted: (name: string, date: string): string => `Stummgeschaltet von ${name} am ${date}`,
    snoozed: (name: string, date: string): string => `Verschoben von ${name} am ${date}`,
    forAll: 'für alle',
    until: (date: string) => `bis ${date}`,
  },
});
