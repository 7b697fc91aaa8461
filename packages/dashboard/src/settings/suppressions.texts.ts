import type { SuppressionReason } from '@partner-renewals/sdk';
import { texts } from '../text/language.ts';

type Reasons = Record<SuppressionReason, string>;
const inEnglish: Reasons = { BOUNCED: 'A mail server rejected the address', UNSUBSCRIBED: 'The reader unsubscribed' };
const inGerman: Reasons = { BOUNCED: 'Ein Mailserver hat die Adresse abgelehnt', UNSUBSCRIBED: 'Der Empfänger hat abbestellt' };

export const suppressionsTexts = texts({
  en: {
    lead: 'Nothing is sent to these addresses.',
    address: 'Address',
    reasons: inEnglish,
    reason: 'Why',
    kind: 'What',
    everything: 'All reminders',
    since: 'Since',
    withLifted: 'Show lifted ones, too',
    lift: 'Lift',
    liftAddress: (address: string) => `Lift the block of ${address}`,
    liftTitle: (address: string) => `Send to ${address} again?`,
    liftLeads: {
      BOUNCED: 'Do so once the address works again. If it is rejected once more, it is blocked anew.',
      UNSUBSCRIBED: 'The reader asked not to get this. Do so only at their wish.',
    } satisfies Reasons,
    lifted: (address: string) => `${address} gets reminders again.`,
    liftedBy: (name: string, moment: string) => `Lifted by ${name} on ${moment}`,
    none: 'No address is blocked.',
    acts: 'Actions',
  },
  de: {
    lead: 'An diese Adressen wird nichts gesendet.',
    address: 'Adresse',
    reasons: inGerman,
    reason: 'Warum',
    kind: 'Was',
    everything: 'Alle Erinnerungen',
    since: 'Seit',
    withLifted: 'Auch aufgehobene anzeigen',
    lift: 'Aufheben',
    liftAddress: (address: string) => `Sperre von ${address} aufheben`,
    liftTitle: (address: string) => `Wieder an ${address} senden?`,
    liftLeads: {
      BOUNCED: 'Tun Sie das, wenn die Adresse wieder funktioniert. Wird sie noch einmal abgelehnt, ist sie erneut gesperrt.',
      UNSUBSCRIBED: 'Der Empfänger wollte das nicht bekommen. Tun Sie das nur auf seinen Wunsch.',
    } satisfies Reasons,
    lifted: (address: string) => `${address} bekommt wieder Erinnerungen.`,
    liftedBy: (name: string, moment: string) => `Aufgehoben von ${name} am ${moment}`,
    none: 'Keine Adresse ist gesperrt.',
    acts: 'Aktionen',
  },
});
