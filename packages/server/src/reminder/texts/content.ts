import type { ReminderLanguage } from '../reminder-kind.ts';

// What a mail says, without how it looks. Both parts of a mail, text and HTML, are rendered from it, so they say the same.

export type Action = { label: string; url: string; isMain: boolean };

/** A row of a small table; `was` is the value before the change. */
export type Fact = { label: string; value: string; was?: string };

export type Block =
  /** The day that counts. */
  | { kind: 'day'; label: string; day: string; note: string; tone: 'calm' | 'soon' | 'last' }
  | { kind: 'paragraph'; text: string }
  | { kind: 'section'; title: string }
  | { kind: 'facts'; caption: string; facts: readonly Fact[] }
  | { kind: 'actions'; actions: readonly Action[] }
  /** A change in a list. */
  | { kind: 'item'; title: string; lines: readonly string[]; note: string | null; tone: 'calm' | 'soon' | 'last'; actions: readonly Action[] };

export type Content = {
  language: ReminderLanguage;
  subject: string;
  /** What a list of mails shows beside the subject. */
  preview: string;
  /** Who sends the mail. */
  sender: string;
  heading: string;
  blocks: readonly Block[];
  /** Why the reader gets the mail. */
  footer: readonly string[];
  /** Stops this kind of mail. */
  stop: Action | null;
};
