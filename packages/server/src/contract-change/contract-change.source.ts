import type { Source } from '../reading/source.ts';
import type { CalendarDate } from '../calendar-date.ts';
import { contractChangeFields, fieldsOnDay } from './contract-change.fields.ts';
import { findChanges, findChangesOn } from './contract-change.queries.ts';

export const contractChanges: Source = { type: 'ContractChange', fields: contractChangeFields, byIds: findChanges };

/** Changes as they are on another day than today. */
export const changesOnDay = (day: CalendarDate): Source => ({ type: 'ContractChange', fields: fieldsOnDay, byIds: findChangesOn(day) });
