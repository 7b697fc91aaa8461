import { mayDecide } from '../../access/role.rules.ts';
import { addDays, daysBetween, type CalendarDate } from '../../calendar-date.ts';
import { isDecidable } from '../../contract-change/contract-change.rules.ts';
import type { LinkedChange, LinkFacts } from '../../reminder/link-facts.queries.ts';
import type { ReminderLanguage } from '../../reminder/reminder-kind.ts';
import { html, named, type Html } from '../html.ts';
import type { PlainPage } from '../plain-page.ts';
import { linkTexts } from './link-texts.ts';
import { dateText, fill, lastDayText, termRows, typeText } from './link-words.ts';

/** What the pages of a change say it to, and when. */
export type Scene = {
  language: ReminderLanguage;
  partnerName: string;
  user: NonNullable<LinkFacts['user']>;
  change: LinkedChange;
  today: CalendarDate;
  businessTimeZone: string;
  /** That of the partner. */
  timeZone: string;
};

/** A page, and the status of the answer if a POST gets it. A GET gets 200: it has done nothing that could fail. */
export type Shown = { status: number; page: PlainPage };

const lastDayOf = ({ renewalDeadline, effectiveDate }: LinkedChange): CalendarDate => renewalDeadline ?? addDays(effectiveDate, -1);

const canBeDecided = ({ type, effectiveDate, noticePeriodDays }: LinkedChange, today: CalendarDate): boolean =>
  isDecidable({ type, daysUntilEffective: daysBetween(today, effectiveDate), noticePeriodDays });

/** The page of a link that accepts or cancels. It shows the state of now: what stands, why nothing can be done, or a form. */
export function decisionPage(
  scene: Scene,
  purpose: 'ACCEPT' | 'REQUEST_CANCELLATION',
  { isConflict = false, nextCancellable = null as CalendarDate | null } = {},
): Shown {
  const { language, partnerName, user, change, today } = scene;
  const texts = linkTexts[language];
  const its = texts[purpose];
  const { decision } = change;
  const facts = factsOf(scene);
  const shown = (status: number, title: string, content: Html): Shown => ({ status, page: { language, title, content } });
  const stands = purpose === 'ACCEPT' ? change.isAccepted : change.isCancelled;
  const isOpen = canBeDecided(change, today);
  if (stands && decision !== null) {
    const done = fill(its.done, { date: dateText(language, decision.decidedOn), by: decision.recordedBy });
    const until = isOpen && html`<p>${fill(texts.until, { day: dateText(language, lastDayOf(change)) })}</p>`;
    return shown(
      200,
      its.doneTitle,
      html`<p class="note ok">${done}</p>
        ${facts}${until}`,
    );
  }
  if (!isOpen) {
    const help = nextCancellable === null ? texts.lateHelp : fill(texts.lateNext, { date: dateText(language, nextCancellable) });
    return shown(
      409,
      its.lateTitle,
      html`<p class="note">${lateText(scene)}</p>
        <p>${help}</p>
        ${facts}`,
    );
  }
  if (!mayDecide(user.role, change.owner)) {
    const { title, text } = user.role === 'VIEWER' ? texts.notAllowed : texts.notOwner;
    return shown(
      403,
      title,
      html`<p class="note">${fill(text, { partner: partnerName })}</p>
        ${facts}`,
    );
  }
  const replaced = decision && fill(its.replaces, { date: dateText(language, decision.decidedOn), by: decision.recordedBy });
  return shown(
    isConflict ? 409 : 200,
    its.title,
    html`${isConflict && html`<p class="note" role="alert">${texts.changedMeanwhile}</p>`}
      <p>${fill(its.consequence[change.type], { date: dateText(language, change.effectiveDate) })}</p>
      ${replaced && html`<p class="note">${replaced}</p>`} ${facts}
      <p>${fill(texts.actor, { user: html`${named(user.name)} (${named(user.email)})`, partner: partnerName })}</p>
      <form method="post">
        <input type="hidden" name="version" value="${change.version}" />
        <button class="${purpose === 'ACCEPT' ? 'main' : 'bad'}">${its.button}</button>
      </form>
      <p class="mute">${texts.nothingYet}</p>`,
  );
}

/** The page of a link that snoozes: the days to choose from, and the choice that stands. */
export function snoozePage(scene: Scene, { isWrongDate = false } = {}): Shown {
  const { language, change, today } = scene;
  const texts = linkTexts[language].snooze;
  const facts = factsOf(scene);
  const shown = (status: number, title: string, content: Html): Shown => ({ status, page: { language, title, content } });
  if (!canBeDecided(change, today) || change.isAccepted || change.isCancelled) {
    const { title, text } = texts.nothingLeft;
    return shown(
      409,
      title,
      html`<p class="note">${text}</p>
        ${facts}`,
    );
  }
  const [first, last] = [addDays(today, 1), lastDayOf(change)];
  if (last < first)
    return shown(
      409,
      texts.title,
      html`<p class="note">${texts.tooLate}</p>
        ${facts}`,
    );
  const choices = ([1, 3, 7] as const)
    .map((days) => ({ days, date: addDays(today, days) }))
    .filter(({ date }) => date <= last)
    .map(({ days, date }) => {
      const text = days === 1 ? texts.tomorrow : days === 3 ? texts.in3 : texts.in7;
      return html`<button name="until" value="${date}">${text.replace('{day}', dateText(language, date))}</button>`;
    });
  const range = { first: dateText(language, first), last: dateText(language, last) };
  const isSnoozed = change.snoozedUntil !== null;
  return shown(
    isWrongDate ? 400 : 200,
    isSnoozed ? texts.doneTitle : texts.title,
    html`${isWrongDate && html`<p class="note" role="alert">${fill(texts.wrongDate, range)}</p>`}
      ${isSnoozed ? html`<p class="note ok">${fill(texts.done, { day: dateText(language, change.snoozedUntil!) })}</p>` : html`<p>${texts.text}</p>`}
      ${facts} ${isSnoozed && html`<p>${texts.change}</p>`}
      <form method="post">${choices}</form>
      <form method="post">
        <label>${texts.date}<input type="date" name="until" required min="${first}" max="${last}" /></label>
        <button>${texts.button}</button>
      </form>`,
  );
}

function lateText({ language, change }: Scene): Html {
  const { late } = linkTexts[language];
  const text = change.type !== 'RENEWAL' ? late.OTHER : change.isCancelled ? late.RENEWAL_CANCELLED : late.RENEWAL;
  return fill(text, { day: dateText(language, lastDayOf(change)), date: dateText(language, change.effectiveDate) });
}

function factsOf(scene: Scene): Html {
  const { language, change } = scene;
  const texts = linkTexts[language];
  const fact = (label: string, value: Html | string) =>
    html`<div>
      <dt>${label}</dt>
      <dd>${value}</dd>
    </div>`;
  return html`<section class="panel">
      <dl>
        ${fact(texts.customer, named(change.customerName))}
        ${fact(texts.product, html`${named(change.product)} · ${typeText(language, change.type)}`)}
        ${fact(texts.lastDay, lastDayText(language, lastDayOf(change), scene))}
        ${fact(texts.takesEffect, dateText(language, change.effectiveDate))}
      </dl>
    </section>
    ${termsTable(scene)}`;
}

function termsTable({ language, change }: Scene): Html {
  const texts = linkTexts[language];
  const rows = termRows(language, change.currentTerms, change.newTerms);
  return html`<section class="panel">
    <table>
      <thead>
        <tr>
          <th scope="col">${texts.terms}</th>
          <th scope="col">${texts.today}</th>
          <th scope="col">${texts.afterChange}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ label, before, after }) =>
            html`<tr>
              <th scope="row">${label}</th>
              <td>${before ?? '–'}</td>
              <td>${after ?? '–'}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${rows.every(({ before, after }) => before === after) && html`<p class="mute">${texts.unchanged}</p>`}
  </section>`;
}
