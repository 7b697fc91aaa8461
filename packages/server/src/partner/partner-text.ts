/** Of texts that people copy: a double click selects them whole. */
export const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The partner's uuid in 22 digits: API keys and cookies carry it, so that their look-up goes where the partner's rows are. */
export const partnerText = (partnerId: string): string => inDigits(BigInt(`0x${partnerId.replaceAll('-', '')}`), 22);

/** Undefined for a text that {@link partnerText} cannot have made. */
export function partnerOf(text: string): string | undefined {
  let number = 0n;
  for (const digit of text) number = number * 62n + BigInt(digits.indexOf(digit));
  const hex = number.toString(16).padStart(32, '0');
  return hex.length > 32 ? undefined : hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export function inDigits(number: bigint, length: number): string {
  let rest = number;
  let text = '';
  for (let digit = 0; digit < length; digit++) {
    text = digits[Number(rest % 62n)]! + text;
    rest /= 62n;
  }
  return text;
}
