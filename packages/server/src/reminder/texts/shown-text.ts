import { plainText } from '../../mail/plain-text.ts';

const rightToLeft =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Samaritan}\p{Script=Mandaic}\p{Script=Adlam}\p{Script=Hanifi_Rohingya}]/u;

/**
 * A name as a mail shows it. A name that is written from right to left is isolated: otherwise it turns the number beside it around, and
 * "7 days left" shows before another name.
 */
export function shownName(name: string, max = 80): string {
  const clean = plainText(name, max);
  if (clean === '') return '—';
  return rightToLeft.test(clean) ? `\u2068${clean}\u2069` : clean;
}

/** The thinnest space there is. */
const gap = '\u200a';

// Dots between letters or digits, the start of an address with a scheme, and @. Numbers such as 1,240.00 have at most two dots.
const starts = [
  /(?<=[^\s.])(?=[.\u3002\uff0e\uff61][^\s\d.])/gu,
  /(?<=[^\s\d.])(?=[.\u3002\uff0e\uff61]\d)/gu,
  /(?<=\d)(?=\.\d+\.\d+\.\d)/gu,
  /(?<=[^\s:])(?=:[^\s\d:])/gu,
  /(?<=\p{L})(?=:\d)/gu,
  /(?<=\S)(?=[@\uff20]\S)/gu,
];

/**
 * Mail programs turn "evil.example", "http://…" and "a@b.example" into links by themselves. A hair space before the character that makes
 * them one prevents it; a zero-width space does not, because some programs ignore it.
 */
export const unlinked = (text: string): string => starts.reduce((result, start) => result.replace(start, gap), text);
