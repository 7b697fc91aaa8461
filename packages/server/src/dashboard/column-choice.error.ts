import { Field, ObjectType } from 'type-graphql';
import { inputError } from '../graphql/user-error.ts';
import { UserError } from '../graphql/user-error.type.ts';
import { columnKeys, columns, type Column, type ColumnKey } from '../contract-change/contract-change.columns.ts';
import { DashboardColumnKeyEnum } from './dashboard-column.enums.ts';

@ObjectType({ implements: UserError, description: 'Locked columns are missing; they cannot be removed.', simpleResolvers: true })
export class LockedColumnError extends UserError {
  @Field(() => [DashboardColumnKeyEnum], { description: 'The missing columns.' })
  columns!: ColumnKey[];
}

/** The error of a choice of columns; null if it is valid. */
export function columnChoiceError(chosen: readonly ColumnKey[], field = 'columns'): UserError | null {
  const labels = (keys: readonly ColumnKey[]) => keys.map((key) => columns[key].label.EN).join(', ');
  const repeated = [...new Set(chosen.filter((key, index) => chosen.indexOf(key) !== index))];
  const missingLocked = columnKeys.filter((key) => (columns[key] as Column).class === 'LOCKED' && !chosen.includes(key));
  if (repeated.length > 0) return inputError('INVALID', `Choose each column only once; these are repeated: ${labels(repeated)}.`, field);
  if (missingLocked.length === 0) return null;
  return {
    type: 'LockedColumnError',
    code: 'LOCKED_COLUMN',
    message: `These columns can be moved, but not removed: ${labels(missingLocked)}.`,
    field: ['input', field],
    columns: missingLocked,
  } as LockedColumnError;
}
