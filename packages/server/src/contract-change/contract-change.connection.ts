import { Field, Int, ObjectType } from 'type-graphql';
import type { CalendarDate } from '../calendar-date.ts';
import { PageInfo } from '../reading/connection.type.ts';
import { DateScalar } from '../graphql/scalars.ts';
import { ContractChange } from './contract-change.entity.ts';

@ObjectType({ description: 'A contract change in a list.', simpleResolvers: true })
export class ContractChangeEdge {
  @Field(() => String, {
    description: 'Position of the change in this order; it stays valid under other filters, and when the change itself is gone.',
  })
  cursor!: string;

  @Field(() => ContractChange, { description: 'The contract change.' })
  node!: ContractChange;
}

@ObjectType({ description: 'A page of contract changes.', simpleResolvers: true })
export class ContractChangeConnection {
  @Field(() => [ContractChangeEdge], { description: 'The changes of this page with their cursors.' })
  edges!: ContractChangeEdge[];

  @Field(() => [ContractChange], { description: 'The changes of this page.' })
  nodes!: ContractChange[];

  @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of all changes found, on this page or not; counted only when asked for.' })
  totalCount!: number;

  @Field(() => DateScalar, { description: 'The business date for which status, deadlines and window were evaluated.' })
  businessDate!: CalendarDate;
}
