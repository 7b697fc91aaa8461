import { Field, Int, ObjectType } from 'type-graphql';
import { Money } from '../graphql/money.type.ts';
import { CurrencyCodeScalar } from '../graphql/scalars.ts';
import { ContractChangeStatusEnum, ContractChangeTypeEnum } from '../contract-change/contract-change.enums.ts';
import type { ContractChangeStatus, ContractChangeType } from '../contract-change/contract-change.rules.ts';

@ObjectType({ description: 'How many changes have a status.', simpleResolvers: true })
export class StatusCount {
  @Field(() => ContractChangeStatusEnum, { description: 'The status.' })
  status!: ContractChangeStatus;

  @Field(() => Int, { description: 'Number of changes, 0 if there are none.' })
  count!: number;
}

@ObjectType({ description: 'How many changes are of a type.', simpleResolvers: true })
export class TypeCount {
  @Field(() => ContractChangeTypeEnum, { description: 'The type.' })
  type!: ContractChangeType;

  @Field(() => Int, { description: 'Number of changes, 0 if there are none.' })
  count!: number;
}

@ObjectType({
  description: 'Monthly recurring revenue of the contracts that change, in one currency. A contract counts once.',
  simpleResolvers: true,
})
export class MrrTotals {
  @Field(() => CurrencyCodeScalar, { description: 'The currency of all amounts of this entry.' })
  currencyCode!: string;

  @Field(() => Money, { description: 'Current MRR of the contracts.' })
  currentMrr!: Money;

  @Field(() => Money, { description: "Each contract's new MRR after its latest change of the set." })
  estimatedNewMrr!: Money;

  @Field(() => Money, { description: 'Current MRR of the contracts whose renewal is renewed.' })
  renewedMrr!: Money;

  @Field(() => Money, { description: 'Current MRR of the contracts whose renewal is pending.' })
  pendingMrr!: Money;

  @Field(() => Money, { description: 'Current MRR of the contracts whose renewal has a cancellation requested.' })
  atRiskMrr!: Money;
}

@ObjectType({ description: 'Counts and totals of a set of upcoming contract changes.', simpleResolvers: true })
export class UpcomingContractChangesSummary {
  @Field(() => Int, { description: 'Number of changes.' })
  totalCount!: number;

  @Field(() => Int, {
    description: 'Number of changes that are pending, can still be decided, and whose communication owner is the partner.',
  })
  actionRequiredCount!: number;

  @Field(() => [StatusCount], { description: 'Number of changes of each status, in the declared order.' })
  byStatus!: StatusCount[];

  @Field(() => [TypeCount], { description: 'Number of changes of each type, in the declared order.' })
  byType!: TypeCount[];

  @Field(() => [MrrTotals], { description: 'Totals of each currency, by its code.' })
  totals!: MrrTotals[];
}
