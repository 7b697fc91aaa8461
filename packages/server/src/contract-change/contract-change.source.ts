import type { Source } from '../reading/source.ts';
import { contractChangeFields } from './contract-change.fields.ts';
import { findChanges } from './contract-change.queries.ts';

export const contractChanges: Source = { type: 'ContractChange', fields: contractChangeFields, byIds: findChanges };
