import type { Source } from '../reading/source.ts';
import { contractFields } from './contract.fields.ts';
import { findContracts } from './contract.queries.ts';

export const contracts: Source = { type: 'Contract', fields: contractFields, byIds: findContracts };
