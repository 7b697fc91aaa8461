import { columns } from '../../contract-change/contract-change.columns.ts';
import type { ContractChangeType } from '../../contract-change/contract-change.rules.ts';
import { formatsOf, locales } from './formats.ts';
import { plural, type ChangeWords, type Words } from './words.ts';

const pick = plural(locales.de);
const { number } = formatsOf('de');

/** The name of the type, as the column calls it. */
const noun = (type: ContractChangeType): string => columns.CONTRACT_TYPE.values[type].DE;
const article = { RENEWAL: 'die', CONTACT_TIER_UPGRADE: 'das', EMAIL_OVERAGE: 'die' } as const;
const the = (type: ContractChangeType): string => `${article[type]} ${noun(type)}`;

const months = (count: number) => pick(count, '1 Monat', `${number(count)} Monate`);
const days = (count: number) => pick(count, '1 Tag', `${number(count)} Tage`);
const changes = (count: number) => pick(count, '1 Vertragsänderung', `${number(count)} Vertragsänderungen`);

const forTerm = ({ termMonths }: ChangeWords) => (termMonths === null ? '' : ` um ${months(termMonths)}`);
const atTerms = ({ hasNewTerms }: ChangeWords) =>
  hasNewTerms ? ' zu den unten genannten neuen Bedingungen' : ' zu unveränderten Bedingungen';

export const german: Words = {
  decideBy: 'Entscheidung möglich bis',
  changesPossibleUntil: 'Änderungen möglich bis',
  decideByShort: 'Bis',
  changesUntilShort: 'Änderungen bis',
  daysLeft(left) {
    if (left < 0) return 'dieser Tag ist vorbei';
    if (left === 0) return 'heute ist der letzte Tag';
    return left === 1 ? 'morgen ist der letzte Tag' : `noch ${days(left)}`;
  },
  daysLeftShort(left) {
    if (left < 0) return 'Frist abgelaufen';
    if (left === 0) return 'nur noch heute';
    return left === 1 ? 'nur noch bis morgen' : `noch ${days(left)}`;
  },
  dayUntil: (day, time, zone) => `${day}, ${time} Uhr (${zone})`,

  reminderSubject: ({ customer, type }, left) => `${customer}: ${noun(type)}, ${german.daysLeftShort(left)}`,
  reminderHeading: ({ customer, type }) => `${customer}: ${noun(type)}`,
  noticeSubject: ({ product, type }, left) => `Ihr Vertrag für ${product}: ${noun(type)}, ${german.daysLeftShort(left)}`,
  noticeHeading({ product, type, effectiveDate }) {
    if (type === 'RENEWAL') return `Ihr Vertrag für ${product} verlängert sich am ${effectiveDate}`;
    return `Ihr Vertrag für ${product}: ${noun(type)} zum ${effectiveDate}`;
  },
  outcomeSubject: (change, outcome) => `${change.customer}: ${german.outcomeShort(change, outcome)}`,
  outcomeShort({ type, effectiveDate }, outcome) {
    const words = {
      RENEWS: `verlängert sich am ${effectiveDate} automatisch`,
      RENEWED: `am ${effectiveDate} verlängert`,
      CANCELLED: type === 'RENEWAL' ? `Vertrag am ${effectiveDate} beendet` : `${noun(type)} abgelehnt`,
      LAPSED: `${noun(type)} nicht wirksam geworden`,
      CONFIRMED: `${noun(type)} seit ${effectiveDate} wirksam`,
    };
    return words[outcome];
  },
  toDecide: (count) => `Über ${changes(count)} ist zu entscheiden`,
  toDecideSubject: (count, first) => `${changes(count)} zu entscheiden, die erste bis ${first}`,
  noticesSubject: (count, first) =>
    `${pick(count, '1 Änderung', `${number(count)} Änderungen`)} Ihrer Verträge, die erste bis ${first} zu entscheiden`,
  outcomesSubject: (count, areOver) =>
    areOver
      ? `Ergebnis von ${changes(count)}`
      : pick(count, '1 Vertrag verlängert sich ohne Kündigung', `${number(count)} Verträge verlängern sich ohne Kündigung`),
  digestSubject(toDecide, outcomes) {
    const results = outcomes > 0 ? pick(outcomes, '1 Ergebnis', `${number(outcomes)} Ergebnisse`) : null;
    return `Ihre Woche: ${[toDecide > 0 ? `${changes(toDecide)} zu entscheiden` : null, results].filter((part) => part !== null).join(', ')}`;
  },
  digestHeading: 'Ihre Woche',
  toDecideSection: 'Zu entscheiden',
  outcomesSection: 'Ergebnisse der vergangenen Woche',
  testSubject: (subject) => `Test: ${subject}`,
  testNote: 'Dies ist ein Test. Der Kunde und die Zahlen sind erfunden, und es ist nichts zu tun.',

  greeting: (name) => (name === null ? 'Guten Tag,' : `Guten Tag ${name},`),
  ifNobodyActs(change) {
    if (change.type === 'RENEWAL')
      return `Ohne Entscheidung verlängert sich der Vertrag am ${change.effectiveDate} automatisch${forTerm(change)}${atTerms(change)}.`;
    return `Ohne Zustimmung wird ${the(change.type)} am ${change.effectiveDate} nicht wirksam, und die Vertragsbedingungen bleiben, wie sie sind.`;
  },
  ifYouDoNothing(change) {
    if (change.type === 'RENEWAL')
      return `Wenn Sie nichts unternehmen, verlängert sich Ihr Vertrag am ${change.effectiveDate} automatisch${forTerm(change)}${atTerms(change)}.`;
    return `Wenn Sie nichts unternehmen, wird ${the(change.type)} am ${change.effectiveDate} nicht wirksam, und Ihre Vertragsbedingungen bleiben, wie sie sind.`;
  },
  outcome(change, outcome) {
    const { type, product, effectiveDate } = change;
    const words = {
      RENEWS: `Die Frist ist ohne Kündigung abgelaufen. Der Vertrag für ${product} verlängert sich am ${effectiveDate} automatisch${forTerm(change)}${atTerms(change)}. Die Bedingungen können nicht mehr geändert werden.`,
      RENEWED: `Der Vertrag für ${product} hat sich am ${effectiveDate}${forTerm(change)} verlängert.`,
      CANCELLED:
        type === 'RENEWAL'
          ? `Der Vertrag für ${product} ist am ${effectiveDate} beendet worden, weil der Kunde rechtzeitig die Kündigung beantragt hat.`
          : `Der Kunde hat ${the(type)} für ${product} rechtzeitig abgelehnt. Die Vertragsbedingungen bleiben, wie sie sind.`,
      LAPSED: `Bis zum ${effectiveDate} hat niemand ${type === 'CONTACT_TIER_UPGRADE' ? 'dem' : 'der'} ${noun(type)} für ${product} zugestimmt. Die Vertragsbedingungen bleiben, wie sie sind.`,
      CONFIRMED: `${type === 'CONTACT_TIER_UPGRADE' ? 'Das' : 'Die'} ${noun(type)} für ${product} ist am ${effectiveDate} wirksam geworden, nachdem der Kunde zugestimmt hat.`,
    };
    return words[outcome];
  },
  onBehalf: 'Sie erfassen, wie sich der Kunde entscheidet.',
  vendorCommunicates: 'Der Anbieter bespricht diese Änderung mit dem Kunden und erfasst dessen Entscheidung.',
  vendorCommunicatesShort: 'Kommunikation durch den Anbieter',
  vendorIsOwner: (partner) => `Der Anbieter bespricht diese Änderung mit dem Kunden. Betreut wird der Kunde von ${partner}.`,
  replyToDecide: 'Wenn Sie zustimmen, etwas ändern oder kündigen möchten, antworten Sie auf diese E-Mail.',
  more: (count) => pick(count, 'Und 1 weitere.', `Und ${number(count)} weitere.`),
  totals: (count, mrr) => `${pick(count, '1 Vertrag', `${number(count)} Verträge`)}: MRR ${mrr}`,
  noContact: 'noch keiner',

  factsCaption: (product) => `Der Vertrag für ${product}`,
  effectiveDate: 'Gültig ab',
  monthlyPrice: 'Monatlicher Preis',
  mrr: 'MRR',
  contactsUsed: 'Genutzte Kontakte',
  emailsSent: 'Gesendete E-Mails',
  usage: (used, limit, date) => `${limit === null ? used : `${used} von ${limit}`} (${date})`,
  months,

  accept: () => 'Zustimmung erfassen',
  requestCancellation: 'Kündigung beantragen',
  snooze: 'Später erinnern',
  open: 'Änderung öffnen',
  dashboard: 'Dashboard öffnen',

  why(reason, partner, customer) {
    const words = {
      POINT_OF_CONTACT: `weil Sie bei ${partner} als Ansprechperson eingetragen sind`,
      ADMIN: `weil Sie ${partner} verwalten und dort keine Ansprechperson eingetragen ist`,
      CHOSEN: `weil Sie diese E-Mails bei ${partner} eingeschaltet haben`,
      SNOOZE_ENDED: 'weil Sie später erinnert werden wollten',
      PRIMARY_CONTACT: `von ${partner}, weil Sie${customer === null ? '' : ` bei ${customer}`} der primäre Kontakt für Vertragsänderungen sind`,
      VENDOR_ADDRESS: 'weil dies die Adresse des Anbieters für Änderungen ist, die er mit dem Kunden bespricht',
      TEST: 'weil Sie eine Test-E-Mail angefordert haben',
    };
    return `Sie erhalten diese E-Mail${reason === 'PRIMARY_CONTACT' ? ' ' : ', '}${words[reason]}.`;
  },
  askVendor: 'Fragen? Antworten Sie auf diese E-Mail, um den Anbieter zu fragen.',
  askPartner: (person, partner) => `Fragen? Antworten Sie auf diese E-Mail, um ${person} (${partner}) zu fragen.`,
  stop: {
    deadline: 'Diese Erinnerungen abbestellen',
    notice: 'E-Mails zu Vertragsänderungen abbestellen',
    afterwards: 'E-Mails zu Ergebnissen abbestellen',
    digest: 'Wochenübersicht abbestellen',
  },
};
