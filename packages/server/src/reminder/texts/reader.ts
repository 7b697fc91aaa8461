import { daysLeft, localLastDay } from '../last-day.rules.ts';
import type { MailItem, ReminderMail } from '../reminder-mail.types.ts';
import { english } from './english.words.ts';
import { formatsOf } from './formats.ts';
import { german } from './german.words.ts';
import { shownName } from './shown-text.ts';
import type { ChangeWords, Words } from './words.ts';

/** The mail's data in the reader's words, language and zone. Names of people and companies pass through here, and so are harmless. */
export type Reader = {
  mail: ReminderMail;
  words: Words;
  formats: ReturnType<typeof formatsOf>;
  partner: string;
};

export function readerOf(mail: ReminderMail): Reader {
  return { mail, words: mail.language === 'de' ? german : english, formats: formatsOf(mail.language), partner: shownName(mail.partnerName) };
}

export function changeWords({ formats }: Reader, item: MailItem): ChangeWords {
  const { currentTerms: from, newTerms: to } = item;
  const keys = ['maxContacts', 'emailLimit', 'billingFrequency', 'billingIntervalMonths', 'subscriptionTermMonths'] as const;
  const isNewPrice = from.mrr.currencyCode !== to.mrr.currencyCode || Number(from.mrr.amount) !== Number(to.mrr.amount);
  return {
    customer: shownName(item.customerName, 60),
    product: shownName(item.product, 60),
    type: item.changeType,
    effectiveDate: formats.date(item.effectiveDate),
    termMonths: to.subscriptionTermMonths,
    hasNewTerms: isNewPrice || keys.some((key) => from[key] !== to[key]),
  };
}

/** The last day to act, in the reader's zone. */
export type LastDay = { day: string; short: string; left: number; tone: 'calm' | 'soon' | 'last' };

export function lastDayOf({ mail, words, formats }: Reader, { lastMoment }: MailItem): LastDay {
  const { date, time } = localLastDay(lastMoment, mail.timeZone);
  const left = daysLeft(lastMoment, mail.now, mail.timeZone);
  const named = (day: string) => (time === null ? day : words.dayUntil(day, time, placeOf(mail.timeZone)));
  const tone = left <= 1 ? 'last' : left <= 7 ? 'soon' : 'calm';
  return { day: named(formats.longDate(date)), short: named(formats.date(date)), left, tone };
}

/** The city that names a zone, for people who do not know the zones of the database. */
const placeOf = (timeZone: string): string => timeZone.split('/').at(-1)!.replaceAll('_', ' ');
