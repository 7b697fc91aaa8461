// Texts that customers wrote stand beside ours in subjects, names and mails. Whatever could steer a mail program, hide, or turn the
// direction of the text around is removed. Joiners and variation selectors stay: emoji and names in Persian and Hindi need them.
const lineBreaks = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const brokenCharacters = /[\p{Surrogate}\p{Noncharacter_Code_Point}]/gu;
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Co}\u2800]/gu;
const joiner = /\u200c|\u200d|[\ufe00-\ufe0f]/;
const stackedMarks = /(\p{M}{3})\p{M}+/gu;
const repeatedJoiners = /(\u200c|\u200d)(?:\u200c|\u200d|[\ufe00-\ufe0f])+/g;
const spaces = /\p{Z}+/gu;

/** One line without hidden characters, of at most `max` UTF-16 units; cut between characters as people count them. */
export function plainText(text: string, max: number): string {
  const clean = text
    .slice(0, 20 * max)
    .replace(lineBreaks, ' ')
    .replace(brokenCharacters, '\ufffd')
    .replace(invisible, (character) => (joiner.test(character) ? character : ''))
    .normalize('NFC')
    .replace(stackedMarks, '$1')
    .replace(repeatedJoiners, '$1')
    .replace(spaces, ' ')
    .trim();
  return cut(clean, max);
}

const characters = new Intl.Segmenter('und', { granularity: 'grapheme' });

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = 0;
  for (const { index, segment } of characters.segment(text.slice(0, max + 1))) {
    if (index + segment.length > max - 1) break;
    end = index + segment.length;
  }
  return `${text.slice(0, end).trimEnd()}…`;
}
