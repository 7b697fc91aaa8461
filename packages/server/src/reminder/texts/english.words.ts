import { columns } from '../../contract-change/contract-change.columns.ts';
import type { ContractChangeType } from '../../contract-change/contract-change.rules.ts';
import { formatsOf, locales } from './formats.ts';
import { plural, type ChangeWords, type Words } from './words.ts';

const pick = plural(locales.en);
const { number } = formatsOf('en');

/** "renewal", "contact upgrade", "email overage", as the column calls them. */
const noun = (type: ContractChangeType): string => columns.CONTRACT_TYPE.values[type].EN.toLowerCase();

const months = (count: number) => pick(count, '1 month', `${number(count)} months`);
const days = (count: number) => pick(count, '1 day', `${number(count)} days`);
const changes = (count: number) => pick(count, '1 contract change', `${number(count)} contract changes`);

const forTerm = ({ termMonths }: ChangeWords) => (termMonths === null ? '' : ` for ${months(termMonths)}`);
const atTerms = ({ hasNewTerms }: ChangeWords) => (hasNewTerms ? ', on the new terms below' : ', on the same terms');

export const english: Words = {
  decideBy: 'Decide by',
  changesPossibleUntil: 'Changes possible until',
  decideByShort: 'Decide by',
  changesUntilShort: 'Changes until',
  daysLeft(left) {
    if (left < 0) return 'this day has passed';
    if (left === 0) return 'today is the last day';
    return left === 1 ? 'tomorrow is the last day' : `${days(left)} left`;
  },
  daysLeftShort(left) {
    if (left < 0) return 'the last day has passed';
    if (left === 0) return 'last day today';
    return left === 1 ? 'last day tomorrow' : `${days(left)} left`;
  },
  dayUntil: (day, time, zone) => `${day}, ${time} (${zone})`,

  reminderSubject: ({ customer, type }, left) => `${customer}: ${noun(type)}, ${english.daysLeftShort(left)}`,
  reminderHeading: ({ customer, type }) => `${customer}: ${noun(type)}`,
  noticeSubject: ({ product, type }, left) => `Your contract for ${product}: ${noun(type)}, ${english.daysLeftShort(left)}`,
  noticeHeading({ product, type, effectiveDate }) {
    if (type === 'RENEWAL') return `Your contract for ${product} renews on ${effectiveDate}`;
    return `${type === 'EMAIL_OVERAGE' ? 'Email overage' : 'Contact upgrade'} of your contract for ${product} on ${effectiveDate}`;
  },
  outcomeSubject: (change, outcome) => `${change.customer}: ${english.outcomeShort(change, outcome)}`,
  outcomeShort({ type, effectiveDate }, outcome) {
    const words = {
      RENEWS: `renews by itself on ${effectiveDate}`,
      RENEWED: `renewed on ${effectiveDate}`,
      CANCELLED: type === 'RENEWAL' ? `contract ended on ${effectiveDate}` : `${noun(type)} cancelled`,
      LAPSED: `${noun(type)} did not take effect`,
      CONFIRMED: `${noun(type)} took effect on ${effectiveDate}`,
    };
    return words[outcome];
  },
  toDecide: (count) => `${changes(count)} to decide`,
  toDecideSubject: (count, first) => `${changes(count)} to decide, the first by ${first}`,
  noticesSubject: (count, first) =>
    `${pick(count, '1 change', `${number(count)} changes`)} of your contracts, the first to decide by ${first}`,
  outcomesSubject: (count, areOver) =>
    areOver ? `Outcome of ${changes(count)}` : pick(count, '1 contract renews by itself', `${number(count)} contracts renew by themselves`),
  digestSubject(toDecide, outcomes) {
    const results = outcomes > 0 ? pick(outcomes, '1 outcome', `${number(outcomes)} outcomes`) : null;
    return `Your week: ${[toDecide > 0 ? `${changes(toDecide)} to decide` : null, results].filter((part) => part !== null).join(', ')}`;
  },
  digestHeading: 'Your week',
  toDecideSection: 'To decide',
  outcomesSection: 'Outcomes of the past week',
  testSubject: (subject) => `Test: ${subject}`,
  testNote: 'This is a test. The customer and the numbers are made up, and there is nothing to do.',

  greeting: (name) => (name === null ? 'Hello,' : `Hello ${name},`),
  ifNobodyActs(change) {
    if (change.type === 'RENEWAL')
      return `If nobody acts, the contract renews by itself on ${change.effectiveDate}${forTerm(change)}${atTerms(change)}.`;
    return `Without acceptance, the ${noun(change.type)} does not take effect on ${change.effectiveDate} and the contract keeps its terms.`;
  },
  ifYouDoNothing(change) {
    if (change.type === 'RENEWAL')
      return `If you do nothing, your contract renews by itself on ${change.effectiveDate}${forTerm(change)}${atTerms(change)}.`;
    return `If you do nothing, the ${noun(change.type)} does not take effect on ${change.effectiveDate} and your contract keeps its terms.`;
  },
  outcome(change, outcome) {
    const { type, product, effectiveDate } = change;
    const words = {
      RENEWS: `The deadline passed without a cancellation. The contract for ${product} renews by itself on ${effectiveDate}${forTerm(change)}${atTerms(change)}. Its terms can no longer change.`,
      RENEWED: `The contract for ${product} renewed on ${effectiveDate}${forTerm(change)}.`,
      CANCELLED:
        type === 'RENEWAL'
          ? `The contract for ${product} ended on ${effectiveDate}, because the customer requested cancellation in time.`
          : `The customer cancelled the ${noun(type)} for ${product} in time. The contract keeps its terms.`,
      LAPSED: `Nobody accepted the ${noun(type)} for ${product} before ${effectiveDate}. The contract keeps its terms.`,
      CONFIRMED: `The ${noun(type)} for ${product} took effect on ${effectiveDate}, as the customer agreed.`,
    };
    return words[outcome];
  },
  onBehalf: 'You record what the customer decides.',
  vendorCommunicates: 'The vendor communicates this change to the customer and records the decision.',
  vendorCommunicatesShort: 'communicated by the vendor',
  vendorIsOwner: (partner) => `The vendor communicates this change to the customer. ${partner} looks after the customer.`,
  replyToDecide: 'To accept, change or cancel, reply to this e-mail.',
  more: (count) => pick(count, 'And 1 more.', `And ${number(count)} more.`),
  totals: (count, mrr) => `${pick(count, '1 contract', `${number(count)} contracts`)}: MRR ${mrr}`,
  noContact: 'none yet',

  factsCaption: (product) => `The contract for ${product}`,
  effectiveDate: 'Effective date',
  monthlyPrice: 'Monthly price',
  mrr: 'MRR',
  contactsUsed: 'Contacts in use',
  emailsSent: 'E-mails sent',
  usage: (used, limit, date) => `${limit === null ? used : `${used} of ${limit}`} (${date})`,
  months,

  accept: () => 'Record acceptance',
  requestCancellation: 'Request cancellation',
  snooze: 'Remind me later',
  open: 'Open the change',
  dashboard: 'Open the dashboard',

  why(reason, partner, customer) {
    const words = {
      POINT_OF_CONTACT: `because you are the point of contact of ${partner}`,
      ADMIN: `because you administer ${partner}, which has no point of contact`,
      CHOSEN: `because you switched on these e-mails at ${partner}`,
      SNOOZE_ENDED: 'because you asked to be reminded later',
      PRIMARY_CONTACT: `from ${partner} because you are the primary contact${customer === null ? '' : ` of ${customer}`} for contract changes`,
      VENDOR_ADDRESS: 'because this is the address of the vendor for changes that the vendor communicates',
      TEST: 'because you asked for a test',
    };
    return `You get this e-mail ${words[reason]}.`;
  },
  askVendor: 'Questions? Reply to this e-mail to ask the vendor.',
  askPartner: (person, partner) => `Questions? Reply to this e-mail to ask ${person} at ${partner}.`,
  stop: {
    deadline: 'Stop these reminders',
    notice: 'Stop e-mails about contract changes',
    afterwards: 'Stop e-mails about outcomes',
    digest: 'Stop the weekly digest',
  },
};
