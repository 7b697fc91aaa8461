import { payerOf, type Viewer } from '../access/viewer.ts';
import type { Config } from '../config.ts';
import type { DatabaseUsage } from '../database/usage.ts';
import type { Buckets, Withdrawal } from './cost.bucket.ts';
import type { ValidatedDocuments } from './validated-documents.ts';

type BusyTime = Pick<DatabaseUsage, 'readingMs' | 'writingMs'>;

export type Payment = Withdrawal & { paid: number };

/**
 * Withdraws the price of a request that does not depend on its operation: of its body before that is read, of its document before that is
 * parsed. A refused request has paid it, too; for an operation it counts towards the cost.
 */
export type BasePrice = {
  payForBody(viewer: Viewer, bytes: number): Payment;
  payForDocument(viewer: Viewer, document: string): Payment;
  /**
   * Withdraws what an answer costs beyond the points paid, even if the bucket lacks them: later requests wait for them. Reads and
   * writes that kept the database busy for long pay for that time. Returns the points that it withdrew.
   */
  payForAnswer(viewer: Viewer, answer: { bytes: number } & BusyTime, paid: number): number;
};

// A point stands for about 10 µs: the time to parse or to write as many bytes of JSON.
const bytesPerPoint = 1_000;
// Other work slows down reads, too. What usual pages need under load is free. No request pays more than the highest cost of a query.
const freeReadingMs = 10;
// A transaction has several statements, each a way to the database and back.
const freeWritingMs = 100;
// To build and send the texts of 40 statements with filters of 100 conditions takes some 20 ms. Those of a page have 10,000 characters.
const freeCharacters = 50_000;
const msPerCharacter = 0.00003;
/** How long the texts of a request's statements block the event loop. */
export const longTextsMs = (characters: number) => Math.max(0, characters - freeCharacters) * msPerCharacter;
export const longWritingMs = (writingMs: number) => Math.max(0, writingMs - freeWritingMs);

export function createBasePrice(
  buckets: Buckets,
  documents: ValidatedDocuments,
  { maxQueryCost, costPerDatabaseMs }: Pick<Config, 'maxQueryCost' | 'costPerDatabaseMs'>,
): BasePrice {
  const pointsOf = ({ readingMs, writingMs }: BusyTime) =>
    Math.min(maxQueryCost, (Math.max(0, readingMs - freeReadingMs) + longWritingMs(writingMs)) * costPerDatabaseMs);
  const pay = (viewer: Viewer, price: number) => {
    // A full bucket always suffices.
    const paid = Math.min(price, buckets.size);
    return { ...buckets.take(payerOf(viewer), paid), paid };
  };
  return {
    payForBody: (viewer, bytes) => pay(viewer, Math.max(1, Math.floor(bytes / bytesPerPoint))),
    payForDocument: (viewer, document) => pay(viewer, documents.priceOf(document, viewer.partnerId)),
    payForAnswer(viewer, { bytes, ...busy }, paid) {
      const points = Math.max(0, Math.floor(bytes / bytesPerPoint + pointsOf(busy)) - paid);
      buckets.charge(payerOf(viewer), points);
      return points;
    },
  };
}
