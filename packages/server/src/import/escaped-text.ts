const named: Readonly<Record<string, string>> = { '\0': '\\0', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * A text of a file as a message shows it. Control characters, characters that change the direction of writing and invisible ones are
 * spelled out, so that no cell can steer a terminal or look like another one.
 */
export function escaped(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => named[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}

/** The first characters of a text, escaped. */
export function shown(text: string, most = 100): string {
  const start = text.slice(0, most);
  // Half of a surrogate pair is no text.
  return escaped(/[\ud800-\udbff]$/.test(start) ? start.slice(0, -1) : start);
}
