import type { ContractChangeType } from '@partner-renewals/sdk';
import { texts } from '../text/language.ts';

type Type = ContractChangeType;

// Whoever cancels an upgrade or an overage refuses that change alone: the contract goes on.
const inEnglish = { RENEWAL: null, CONTACT_TIER_UPGRADE: 'the contact upgrade', EMAIL_OVERAGE: 'the email overage' } as const;
const inGerman = { RENEWAL: null, CONTACT_TIER_UPGRADE: 'das Kontakt-Upgrade', EMAIL_OVERAGE: 'die Überziehung' } as const;
/** Before the object of a sentence, if it has one. */
const andSpace = (what: string | null, before = ''): string => (what === null ? '' : ` ${before}${what}`);

export const dialogTexts = texts({
  en: {
    endTitle: (customer: string) => `End the association with ${customer}?`,
    endNow: 'This takes effect at once, for all users:',
    endRows: 'All its contract changes leave the dashboard, searches, counts and exports.',
    endMails: 'Nobody gets e-mails about its contract changes and renewals any more, not even those that already wait.',
    endOwner: 'The communication owner set by hand and the primary contact are forgotten.',
    endKeeps: 'Its contracts with the vendor go on. Renewals happen as agreed there.',
    endBack:
      'An administrator can resume the association later, in the settings. It then starts with the default owner and without a contact.',
    acceptTitle: (customer: string) => `Does ${customer} accept?`,
    cancelTitle: (customer: string, type: Type) => `Does ${customer} cancel${andSpace(inEnglish[type])}?`,
    onBehalf: 'You record this decision on the customer’s behalf. The timeline shows your name.',
    acceptRenewal: (date: string) => `The contract renews on ${date} at the new terms.`,
    acceptOther: (date: string) => `The new terms apply from ${date}.`,
    cancelRenewal: (date: string) => `The contract then ends on ${date}.`,
    cancelOther: (date: string) => `The change of ${date} then does not happen. The contract goes on at its terms of today.`,
    undoUntil: (date: string, _: Type) => `The request can be withdrawn until ${date}.`,
    acceptSame: (date: string, mrr: string) => `The contract renews on ${date}. Its MRR stays ${mrr}.`,
    lost: (mrr: string) => `Its MRR of ${mrr} ends then.`,
    noMail: 'The customer gets no e-mail about this.',
    cancelUntil: (date: string, type: Type) =>
      `An acceptance cannot be withdrawn. Until ${date}, the customer can still cancel${andSpace(inEnglish[type])}.`,
    mrr: (from: string, to: string) => `MRR: ${from} → ${to}`,
    acceptNow: 'Record acceptance',
    cancelNow: (type: Type) => `Request cancellation${andSpace(inEnglish[type], 'of ')}`,
    deadlinePassed: (date: string) => `The last day to decide on this renewal was ${date}. It renews.`,
    nextPossible: (date: string) =>
      `The request can count for the next renewal that can still be cancelled: ${date}. The contract then ends on that day.`,
    cancelNext: (date: string) => `Request cancellation for ${date}`,
    done: {
      ACCEPT: (customer: string, _: Type) => `Recorded: ${customer} accepts.`,
      REQUEST_CANCELLATION: (customer: string, type: Type) =>
        `Recorded: ${customer} requests cancellation${andSpace(inEnglish[type], 'of ')}.`,
      WITHDRAW_CANCELLATION: (customer: string, _: Type) => `Recorded: ${customer} withdraws the cancellation request.`,
    },
  },
  de: {
    endTitle: (customer) => `Zuordnung zu ${customer} beenden?`,
    endNow: 'Das gilt sofort und für alle Benutzer:',
    endRows: 'Alle Vertragsänderungen des Kunden verschwinden aus Dashboard, Suche, Summen und Exporten.',
    endMails: 'Niemand erhält mehr E-Mails zu dessen Vertragsänderungen und Verlängerungen, auch nicht die, die schon warten.',
    endOwner: 'Der manuell festgelegte Kommunikations-Bearbeiter und der primäre Kundenkontakt gehen verloren.',
    endKeeps: 'Die Verträge mit dem Anbieter laufen weiter. Verlängert wird, wie dort vereinbart.',
    endBack:
      'Ein Administrator kann die Zuordnung später in den Einstellungen wieder aufnehmen. Sie beginnt dann mit dem Standard-Bearbeiter und ohne Kontakt.',
    acceptTitle: (customer) => `Nimmt ${customer} an?`,
    cancelTitle: (customer, type) => (inGerman[type] ? `Lehnt ${customer} ${inGerman[type]} ab?` : `Kündigt ${customer}?`),
    onBehalf: 'Sie erfassen diese Entscheidung im Namen des Kunden. Im Verlauf steht Ihr Name.',
    acceptRenewal: (date) => `Der Vertrag verlängert sich am ${date} zu den neuen Bedingungen.`,
    acceptOther: (date) => `Die neuen Bedingungen gelten ab ${date}.`,
    cancelRenewal: (date) => `Der Vertrag endet dann am ${date}.`,
    cancelOther: (date) => `Die Änderung zum ${date} entfällt dann. Der Vertrag läuft zu den heutigen Bedingungen weiter.`,
    undoUntil: (date, type) => `${inGerman[type] ? 'Die Ablehnung' : 'Der Antrag'} lässt sich bis ${date} zurückziehen.`,
    acceptSame: (date, mrr) => `Der Vertrag verlängert sich am ${date}. Sein MRR bleibt ${mrr}.`,
    lost: (mrr) => `Sein MRR von ${mrr} endet dann.`,
    noMail: 'Der Kunde erhält dazu keine E-Mail.',
    cancelUntil: (date, type) =>
      `Eine Annahme lässt sich nicht zurückziehen. Bis ${date} kann der Kunde ${inGerman[type] ? `${inGerman[type]} noch ablehnen` : 'noch kündigen'}.`,
    mrr: (from, to) => `MRR: ${from} → ${to}`,
    acceptNow: 'Annahme erfassen',
    cancelNow: (type) => (inGerman[type] ? 'Ablehnung erfassen' : 'Kündigung beantragen'),
    deadlinePassed: (date) => `Über diese Verlängerung konnte bis ${date} entschieden werden. Sie tritt ein.`,
    nextPossible: (date) =>
      `Der Antrag kann für die nächste Verlängerung gelten, die noch kündbar ist: ${date}. Der Vertrag endet dann an diesem Tag.`,
    cancelNext: (date) => `Zum ${date} kündigen`,
    done: {
      ACCEPT: (customer) => `Erfasst: ${customer} nimmt an.`,
      REQUEST_CANCELLATION: (customer, type) =>
        `Erfasst: ${customer} ${inGerman[type] ? `lehnt ${inGerman[type]} ab` : 'beantragt die Kündigung'}.`,
      WITHDRAW_CANCELLATION: (customer, type) =>
        `Erfasst: ${customer} zieht ${inGerman[type] ? 'die Ablehnung' : 'den Kündigungsantrag'} zurück.`,
    },
  },
});
