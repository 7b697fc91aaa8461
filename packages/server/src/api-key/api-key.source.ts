import type { Source } from '../reading/source.ts';
import { apiKeyFields } from './api-key.fields.ts';
import { findApiKeys } from './partner-keys.queries.ts';

export const apiKeys: Source = { type: 'ApiKey', fields: apiKeyFields, byIds: findApiKeys };
