import type { Source } from '../reading/source.ts';
import { savedViewFields } from './saved-view.fields.ts';
import { findSavedViews } from './saved-view.queries.ts';

export const savedViews: Source = { type: 'SavedView', fields: savedViewFields, byIds: findSavedViews };
