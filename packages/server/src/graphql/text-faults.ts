import { isEmailAddress } from '../email-address.ts';

// Commands check texts by these rules too, and do not load the API for them.

// Control characters, separators of lines, letters without width, and characters that turn the direction of the text around them. With them, a
// text steers a terminal or looks like another one. The import shows them escaped. Joiners stay allowed: emoji and names in Persian and
// Hindi need them.
// The second part has a mark, which would join with its neighbour in a class.
const forbidden =
  /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0001}]|\u034f/u;
const visible = /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Error message for a character that a person cannot see; null if there is none. */
function characterFault(text: string): string | null {
  const found = forbidden.exec(text)?.[0];
  if (found !== undefined) {
    const code = found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return `Remove the invisible character U+${code}.`;
  }
  return text === '' || visible.test(text) ? null : 'Enter at least one visible character.';
}

/** Error message for a text of the user, ignoring space around it; null if the text is valid. */
export function textFault(text: string | null | undefined, { min = 0, max }: { min?: number; max: number }): string | null {
  if (text === null || text === undefined) return null;
  const { length } = text.trim();
  if (length < min) return 'Enter at least one character.';
  if (length > max) return `Enter at most ${max} characters, not ${length}.`;
  // JSON escapes a lone surrogate and NUL; the database accepts neither.
  if (/\\u(0000|d[89a-f])/i.test(JSON.stringify(text))) return 'Remove the NUL or incomplete character; it cannot be stored.';
  return characterFault(text.trim());
}

/** Error message for an address that the user enters. */
export const addressFault = (text: string): string | null =>
  isEmailAddress(text.trim()) ? null : 'Enter an e-mail address such as ann@example.com.';
