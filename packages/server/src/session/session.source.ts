import type { Source } from '../reading/source.ts';
import { sessionFields } from './session.fields.ts';
import { findSessionsByIds } from './session-list.queries.ts';

export const sessions: Source = { type: 'Session', fields: sessionFields, byIds: findSessionsByIds };
