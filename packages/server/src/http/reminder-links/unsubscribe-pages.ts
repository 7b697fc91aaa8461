import type { ReminderKind, ReminderLanguage } from '../../reminder/reminder-kind.ts';
import { html, named } from '../html.ts';
import type { PlainPage } from '../plain-page.ts';
import { linkTexts } from './link-texts.ts';
import { fill } from './link-words.ts';

/** Who gets which e-mails of whom. */
export type Subscription = {
  language: ReminderLanguage;
  partnerName: string;
  kind: ReminderKind;
  address: string;
  /** Whether the e-mails have been stopped. */
  isStopped: boolean;
  /** Whether the reader can start them again. */
  canResume: boolean;
};

/** The body that RFC 8058 prescribes; the forms send it too. */
export const oneClick = ['List-Unsubscribe', 'One-Click'] as const;

export function unsubscribePage(subscription: Subscription, { isResumed = false } = {}): PlainPage {
  const { language, partnerName, kind, address, isStopped, canResume } = subscription;
  const texts = linkTexts[language].unsubscribe;
  if (kind === 'TEST') return { language, title: texts.test.title, content: html`<p>${texts.test.text}</p>` };
  const values = { partner: partnerName, kind: html`${texts.kinds[kind]}`, address: named(address) };
  if (isStopped) {
    const undo = html`<form method="post"><button name="action" value="resume">${texts.undo}</button></form>`;
    return {
      language,
      title: texts.doneTitle,
      content: html`<p class="note ok">${fill(texts.done, values)}</p>
        ${canResume ? undo : html`<p>${fill(texts.noUndo, values)}</p>`}`,
    };
  }
  return {
    language,
    title: isResumed ? texts.resumedTitle : texts.title,
    content: html`${isResumed ? html`<p class="note ok">${fill(texts.resumed, values)}</p>` : html`<p>${fill(texts.text, values)}</p>`}
      <form method="post">
        <input type="hidden" name="${oneClick[0]}" value="${oneClick[1]}" /><button class="${isResumed ? '' : 'main'}">
          ${texts.button}
        </button>
      </form>`,
  };
}
