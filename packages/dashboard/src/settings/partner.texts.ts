import { texts } from '../text/language.ts';

export const partnerTexts = texts({
  en: {
    name: 'Name',
    nameHint: 'Set by the vendor.',
    ownsAll: 'We own all transactional conversations',
    ownsAllHint: 'You are then the communication owner of every customer for whom none is set by hand.',
    contact: 'Point of contact',
    contactHint: 'The user whom the vendor contacts, and who gets reminders by default.',
    nobody: 'Nobody: the administrators',
  },
  de: {
    name: 'Name',
    nameHint: 'Legt der Anbieter fest.',
    ownsAll: 'Wir besitzen alle Transaktions-Konversationen',
    ownsAllHint: 'Dann sind Sie Kommunikations-Bearbeiter jedes Kunden, bei dem keiner manuell festgelegt ist.',
    contact: 'Ansprechpartner',
    contactHint: 'Der Benutzer, an den sich der Anbieter wendet und der standardmäßig die Erinnerungen bekommt.',
    nobody: 'Niemand: die Administratoren',
  },
});
