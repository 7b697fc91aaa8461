import type { Source } from '../reading/source.ts';
import { suppressionFields } from './suppression.fields.ts';
import { findSuppressionsByIds } from './suppression-list.queries.ts';

export const suppressions: Source = { type: 'Suppression', fields: suppressionFields, byIds: findSuppressionsByIds };
