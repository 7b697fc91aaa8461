import type { MailItem } from '../reminder-mail.types.ts';
import { termsToShow } from './change.facts.ts';
import type { Action, Block } from './content.ts';
import { changeWords, lastDayOf, type Reader } from './reader.ts';
import { actionsBlock, actionsOf, greetingOf, paragraphs, type Body } from './single.content.ts';

/** A mail about several changes: a bundle or the weekly digest. `shown` of them are listed. */
export function listContent(reader: Reader, shown: number): Body {
  const { mail, words } = reader;
  const items = mail.items.slice(0, shown);
  const more = mail.more + mail.items.length - items.length;
  const rest = paragraphs(more > 0 ? words.more(more) : null);
  if (mail.kind === 'WEEKLY_DIGEST') return digestContent(reader, items, more);
  const count = mail.items.length + mail.more;
  const open = mail.items.filter(({ outcome }) => outcome === null);
  if (open.length === 0) {
    const areOver = mail.items.some(({ outcome }) => outcome !== 'RENEWS');
    const heading = words.outcomesSubject(count, areOver);
    return { subject: heading, preview: names(reader, items), heading, blocks: [...listed(reader, items), ...rest] };
  }
  const first = lastDayOf(reader, open[0]!).short;
  const isForContact = mail.reader.kind === 'CONTACT';
  return {
    subject: isForContact ? words.noticesSubject(count, first) : words.toDecideSubject(count, first),
    preview: names(reader, items),
    heading: isForContact ? words.noticesSubject(count, first) : words.toDecide(count),
    blocks: [
      ...paragraphs(isForContact ? greetingOf(reader) : null, isForContact && mail.ask !== null ? words.replyToDecide : null),
      ...listed(reader, items),
      ...rest,
    ],
  };
}

function digestContent(reader: Reader, items: readonly MailItem[], more: number): Body {
  const { mail, words, formats } = reader;
  const open = items.filter(({ outcome }) => outcome === null);
  const over = items.filter(({ outcome }) => outcome !== null);
  const openCount = mail.items.filter(({ outcome }) => outcome === null).length + mail.more;
  const totals = mail.totals.map(({ count, currencyCode, currentMrr, newMrr }) =>
    words.totals(count, fromTo(formats.money({ amount: currentMrr, currencyCode }), formats.money({ amount: newMrr, currencyCode }))),
  );
  const dashboard: Action[] = mail.dashboardUrl === null ? [] : [{ label: words.dashboard, url: mail.dashboardUrl, isMain: true }];
  const section = (title: string, blocks: Block[]): Block[] => (blocks.length === 0 ? [] : [{ kind: 'section', title }, ...blocks]);
  return {
    subject: words.digestSubject(openCount, mail.items.length + mail.more - openCount),
    preview: names(reader, items),
    heading: words.digestHeading,
    blocks: [
      ...section(words.toDecideSection, [
        ...paragraphs(...totals),
        ...listed(reader, open),
        ...paragraphs(more > 0 ? words.more(more) : null),
      ]),
      ...section(words.outcomesSection, listed(reader, over)),
      ...actionsBlock(dashboard),
    ],
  };
}

const fromTo = (was: string, next: string): string => (was === next ? next : `${was} → ${next}`);

const names = (reader: Reader, items: readonly MailItem[]): string =>
  [...new Set(items.map((item) => changeWords(reader, item).customer))].slice(0, 5).join(', ');

function listed(reader: Reader, items: readonly MailItem[]): Block[] {
  const { words, formats, mail } = reader;
  const isForContact = mail.reader.kind === 'CONTACT';
  return items.map((item): Block => {
    const change = changeWords(reader, item);
    const was = formats.money(item.currentTerms.mrr);
    const next = formats.money(termsToShow(item).newTerms.mrr);
    const price = fromTo(was, next);
    const what = isForContact ? [`${words.monthlyPrice} ${price}`] : [change.product, `${words.mrr} ${price}`];
    const title = words.reminderHeading(isForContact ? { ...change, customer: change.product } : change);
    if (item.outcome !== null) {
      const note = words.outcomeShort(change, item.outcome);
      // The note says what changed.
      return { kind: 'item', title: change.customer, lines: what, note, tone: 'calm', actions: actionsOf(reader, item) };
    }
    const last = lastDayOf(reader, item);
    const until = `${isForContact ? words.changesUntilShort : words.decideByShort} ${last.short}`;
    const vendor = item.owner === 'VENDOR' && mail.reader.kind === 'USER' ? [words.vendorCommunicatesShort] : [];
    const note = `${until} · ${words.daysLeft(last.left)}`;
    return { kind: 'item', title, lines: [...what, ...vendor], note, tone: last.tone, actions: actionsOf(reader, item) };
  });
}
