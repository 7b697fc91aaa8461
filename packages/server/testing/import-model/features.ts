/**
 * What worlds use and what is compared. All are on; IMPORT_MODEL_FEATURES="renewals told late,history" turns the others off, so that the faults
 * of one of them can be seen alone. A feature that is off is not generated, or not compared; the model knows nothing of features.
 */
export const allFeatures = [
  // generated
  'renewals told late',
  'upgrades told late',
  'first told late',
  'announced late',
  'same day',
  'history',
  'past renewals',
  'missing columns',
  'stale exports',
  'dated ahead',
  'after effective date',
  'auto-renew',
  'notice column',
  'ended contracts',
  'future end',
  'changed rows',
  // compared
  'opening',
  'new terms',
  'totals',
  'decision',
  'late request',
  'status order',
] as const;

export type Feature = (typeof allFeatures)[number];
export type Features = ReadonlySet<Feature>;

export function featuresOf(list: string | undefined): Features {
  const names = list === undefined ? [...allFeatures] : list.split(',').filter((name) => name !== '');
  for (const name of names) if (!(allFeatures as readonly string[]).includes(name)) throw new Error(`There is no feature "${name}".`);
  return new Set(names as Feature[]);
}
