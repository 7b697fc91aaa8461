import type { MailItem, MailOutcome } from '../reminder-mail.types.ts';
import { factsOf } from './change.facts.ts';
import type { Action, Block } from './content.ts';
import { changeWords, lastDayOf, type Reader } from './reader.ts';
import { shownName } from './shown-text.ts';

export type Body = { subject: string; preview: string; heading: string; blocks: Block[] };

/** A mail about one change. */
export function singleContent(reader: Reader, item: MailItem): Body {
  if (item.outcome !== null) return outcomeContent(reader, item, item.outcome);
  return reader.mail.reader.kind === 'CONTACT' ? noticeContent(reader, item) : reminderContent(reader, item);
}

/** To the partner's users and the vendor. */
function reminderContent(reader: Reader, item: MailItem): Body {
  const { words, mail, partner } = reader;
  const change = changeWords(reader, item);
  const last = lastDayOf(reader, item);
  const isTest = mail.kind === 'TEST';
  const subject = words.reminderSubject(change, last.left);
  const ifNobodyActs = words.ifNobodyActs(change);
  const owner =
    mail.reader.kind === 'VENDOR' ? words.vendorIsOwner(partner) : item.owner === 'VENDOR' ? words.vendorCommunicates : mayDecide(item) ? words.onBehalf : null;
  return {
    subject: isTest ? words.testSubject(subject) : subject,
    preview: `${words.decideBy}: ${last.day}. ${ifNobodyActs}`,
    heading: words.reminderHeading(change),
    blocks: [
      ...paragraphs(isTest ? words.testNote : null),
      { kind: 'day', label: words.decideBy, day: last.day, note: capitalized(words.daysLeft(last.left)), tone: last.tone },
      ...paragraphs(owner === null ? ifNobodyActs : `${ifNobodyActs} ${owner}`),
      ...actionsBlock(actionsOf(reader, item)),
      { kind: 'facts', caption: words.factsCaption(change.product), facts: factsOf(reader, item) },
    ],
  };
}

/** To the customer's contact. */
function noticeContent(reader: Reader, item: MailItem): Body {
  const { words, mail } = reader;
  const change = changeWords(reader, item);
  const last = lastDayOf(reader, item);
  const ifYouDoNothing = words.ifYouDoNothing(change);
  return {
    subject: words.noticeSubject(change, last.left),
    preview: `${words.changesPossibleUntil}: ${last.day}. ${ifYouDoNothing}`,
    heading: words.noticeHeading(change),
    blocks: [
      ...paragraphs(greetingOf(reader)),
      { kind: 'day', label: words.changesPossibleUntil, day: last.day, note: capitalized(words.daysLeft(last.left)), tone: last.tone },
      ...paragraphs(mail.ask === null ? ifYouDoNothing : `${ifYouDoNothing} ${words.replyToDecide}`),
      { kind: 'facts', caption: words.factsCaption(change.product), facts: factsOf(reader, item) },
    ],
  };
}

function outcomeContent(reader: Reader, item: MailItem, outcome: MailOutcome): Body {
  const { words } = reader;
  const change = changeWords(reader, item);
  const sentence = words.outcome(change, outcome);
  const subject = words.outcomeSubject(change, outcome);
  return {
    subject,
    preview: sentence,
    heading: subject,
    blocks: [
      ...paragraphs(sentence),
      ...actionsBlock(actionsOf(reader, item)),
      { kind: 'facts', caption: words.factsCaption(change.product), facts: factsOf(reader, item) },
    ],
  };
}

export const greetingOf = ({ mail, words }: Reader): string => words.greeting(mail.reader.name === null ? null : shownName(mail.reader.name));

const mayDecide = ({ links }: MailItem): boolean => links.accept !== undefined;

/** On the last day, there is no later. */
export function actionsOf(reader: Reader, item: MailItem): Action[] {
  const { words } = reader;
  const { links, changeType } = item;
  const isLastDay = lastDayOf(reader, item).left <= 0;
  const all: [string | undefined, string][] = [
    [links.accept, words.accept(changeType)],
    [links.requestCancellation, words.requestCancellation],
    [isLastDay ? undefined : links.snooze, words.snooze],
    [links.open, words.open],
  ];
  const given = all.flatMap(([url, label]) => (url === undefined ? [] : [{ url, label }]));
  return given.map(({ url, label }, index) => ({ url, label, isMain: index === 0 }));
}

const capitalized = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

export const paragraphs = (...texts: (string | null)[]): Block[] =>
  texts.flatMap((text): Block[] => (text === null ? [] : [{ kind: 'paragraph', text }]));

export const actionsBlock = (actions: readonly Action[]): Block[] => (actions.length === 0 ? [] : [{ kind: 'actions', actions }]);
