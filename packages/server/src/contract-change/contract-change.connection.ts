import { Field } from 'type-graphql';
import { connectionOf } from '../graphql/connection.type.ts';
import { DateScalar } from '../graphql/scalars.ts';
import { ContractChange } from './contract-change.entity.ts';

export const ContractChangeConnection = connectionOf(ContractChange, { description: 'Contract changes, evaluated for a business date.' });

Field(() => DateScalar, { description: 'The business date for which status, deadlines and window are evaluated.' })(
  ContractChangeConnection.prototype,
  'businessDate',
);
