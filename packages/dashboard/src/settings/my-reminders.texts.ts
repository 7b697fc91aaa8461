import { texts } from '../text/language.ts';

export const myReminderTexts = texts({
  en: {
    lead: (address: string) => `Reminders come by e-mail to ${address}.`,
    nobody:
      'Reminders go to users, and this session belongs to no user: it was made with a key of the company. Sign in as a person to choose yours.',
    kinds: {
      deadlineReminders: 'Deadlines',
      afterTheFact: 'Outcomes',
      weeklyDigest: 'Weekly digest',
    },
    hints: {
      deadlineReminders: 'Some days before the last day on which a change can be decided.',
      afterTheFact: 'What became of a change: after its deadline and on its effective date.',
      weeklyDigest: 'Once a week, everything that can still be decided.',
    },
    asUsual: (isOn: boolean): string => `Default (${isOn ? 'on' : 'off'})`,
    usual: 'Default',
    on: 'I get them',
    off: 'I do not get them',
    now: (isOn: boolean): string => (isOn ? 'You get them now.' : 'You do not get them now.'),
    language: 'Language of my reminders',
    languageOfCompany: 'As the company',
    languages: { EN: 'English', DE: 'Deutsch' },
    onlyOwn: 'Only customers with whom we communicate',
    onlyOwnHint: 'Leaves out customers whose communication owner is the vendor.',
    test: 'Send a test to me',
    testHint: 'A reminder with made-up contents, at most 5 an hour.',
    tested: (address: string) => `A test goes to ${address}.`,
  },
  de: {
    lead: (address: string) => `Erinnerungen kommen per E-Mail an ${address}.`,
    nobody:
      'Erinnerungen gehen an Benutzer, und diese Sitzung gehört keinem: Sie entstand mit einem Schlüssel des Unternehmens. Melden Sie sich als Person an, um Ihre zu wählen.',
    kinds: {
      deadlineReminders: 'Fristen',
      afterTheFact: 'Ergebnisse',
      weeklyDigest: 'Wochenübersicht',
    },
    hints: {
      deadlineReminders: 'Einige Tage vor dem letzten Tag, an dem über eine Änderung entschieden werden kann.',
      afterTheFact: 'Was aus einer Änderung wurde: nach ihrer Frist und am Tag, an dem sie gilt.',
      weeklyDigest: 'Einmal in der Woche alles, worüber noch entschieden werden kann.',
    },
    asUsual: (isOn: boolean): string => `Standard (${isOn ? 'ein' : 'aus'})`,
    usual: 'Standard',
    on: 'Ich bekomme sie',
    off: 'Ich bekomme sie nicht',
    now: (isOn: boolean): string => (isOn ? 'Zurzeit bekommen Sie sie.' : 'Zurzeit bekommen Sie sie nicht.'),
    language: 'Sprache meiner Erinnerungen',
    languageOfCompany: 'Wie im Unternehmen',
    languages: { EN: 'English', DE: 'Deutsch' },
    onlyOwn: 'Nur Kunden, mit denen wir kommunizieren',
    onlyOwnHint: 'Lässt Kunden weg, deren Kommunikations-Bearbeiter der Anbieter ist.',
    test: 'Testmail an mich senden',
    testHint: 'Eine Erinnerung mit erfundenem Inhalt, höchstens 5 in der Stunde.',
    tested: (address: string) => `Eine Testmail geht an ${address}.`,
  },
});
