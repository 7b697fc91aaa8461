import { expect, test } from '@jest/globals';
import type { Viewer } from '../access/viewer.ts';
import { createBasePrice } from './base-price.ts';
import { createBuckets } from './cost.bucket.ts';
import { ValidatedDocuments } from './validated-documents.ts';

test('a full bucket suffices for the largest body and the dearest document, and an empty one for none', () => {
  const buckets = createBuckets({ size: 50, restoredPerSecond: 1 }, () => 0);
  const price = createBasePrice(buckets, new ValidatedDocuments(), { maxQueryCost: 100, costPerDatabaseMs: 1 });
  const viewer = (partnerId: string) => ({ role: 'VIEWER', partnerId }) as Viewer;
  expect(price.payForBody(viewer('1'), 1_000_000)).toEqual({ paid: 50, remaining: 0, waitSeconds: null });
  expect(price.payForBody(viewer('1'), 1_000_000)).toEqual({ paid: 50, remaining: 0, waitSeconds: 50 });
  expect(price.payForDocument(viewer('2'), `{ ${'viewer { role } '.repeat(1_000)} }`)).toMatchObject({ remaining: 0, waitSeconds: null });
});
