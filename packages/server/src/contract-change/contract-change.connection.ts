import { Field } from 'type-graphql';
import { connectionOf } from '../graphql/connection.type.ts';
import { DateScalar } from '../graphql/scalars.ts';
import { ContractChange } from './contract-change.entity.ts';

export const ContractChangeConnection = connectionOf(ContractChange, {
  description: 'A page of contract changes.',
  edge: 'A contract change in a list.',
  one: 'change',
  many: 'changes',
  counted: 'changes found, on this page or not',
  cursor: 'Position of the change in this order; it stays valid under other filters, and when the change itself is gone.',
  node: 'The contract change.',
});

Field(() => DateScalar, { description: 'The business date for which status, deadlines and window were evaluated.' })(
  ContractChangeConnection.prototype,
  'businessDate',
);
