/** Why a cell cannot be taken, as a sentence. */
export class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** A cell that was taken, and what must be said about that. */
export class Noted {
  readonly parsed: ParsedTexts;
  readonly reason: string;

  constructor(parsed: ParsedTexts, reason: string) {
    this.parsed = parsed;
    this.reason = reason;
  }
}

type ParsedTexts = string | readonly (string | null)[];

/** What PostgreSQL is to read: one text for each column of the staging table that the cell fills. */
export type Parsed = ParsedTexts | Refusal | Noted;

/** What stands before the fraction of a number. */
export type Decimal = 'point' | 'comma';

/** Which of two numbers comes first in a date with strokes. */
export type DateOrder = 'D/M/Y' | 'M/D/Y';

/** What a file, or the person who imports it, says about the writing of its cells. */
export type Reading = {
  decimal?: Decimal | undefined;
  /** numbers that can be read in two ways are read by `decimal`; without it they are refused */
  isProven?: boolean | undefined;
  dates?: DateOrder | undefined;
  /** the currency of the row, for its amounts */
  currency?: string | null | undefined;
};
