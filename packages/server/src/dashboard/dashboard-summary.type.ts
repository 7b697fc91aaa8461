import { Field, Int, ObjectType } from 'type-graphql';
import { Money } from '../graphql/money.type.ts';
import { CurrencyCodeScalar } from '../graphql/scalars.ts';
import { ContractChangeStatusEnum, ContractChangeTypeEnum } from '../contract-change/contract-change.enums.ts';
import type { ContractChangeStatus, ContractChangeType } from '../contract-change/contract-change.rules.ts';

@ObjectType({ description: 'Number of changes with one status.', simpleResolvers: true })
export class ContractChangeStatusCount {
  @Field(() => ContractChangeStatusEnum, { description: 'The status.' })
  status!: ContractChangeStatus;

  @Field(() => Int, { description: 'Number of changes; may be 0.' })
  count!: number;
}

@ObjectType({ description: 'Number of changes of one type.', simpleResolvers: true })
export class ContractChangeTypeCount {
  @Field(() => ContractChangeTypeEnum, { description: 'The type.' })
  type!: ContractChangeType;

  @Field(() => Int, { description: 'Number of changes; may be 0.' })
  count!: number;
}

@ObjectType({
  description: 'Monthly recurring revenue (MRR) of the contracts that change, in one currency. Each contract counts once.',
  simpleResolvers: true,
})
export class MrrTotals {
  @Field(() => CurrencyCodeScalar, { description: 'Currency of all amounts of this entry.' })
  currencyCode!: string;

  @Field(() => Money, { description: 'Current MRR of the contracts.' })
  currentMrr!: Money;

  @Field(() => Money, {
    description: 'New MRR of each contract after the changes of the set that happen; 0 if its renewal in the set is cancelled.',
  })
  estimatedNewMrr!: Money;

  @Field(() => Money, { description: 'Current MRR of the contracts whose renewal is renewed.' })
  renewedMrr!: Money;

  @Field(() => Money, { description: 'Current MRR of the contracts whose renewal is pending.' })
  pendingMrr!: Money;

  @Field(() => Money, { description: 'Current MRR of the contracts for whose renewal cancellation is requested.' })
  atRiskMrr!: Money;
}

@ObjectType({ description: 'Counts and totals of a set of upcoming contract changes.', simpleResolvers: true })
export class UpcomingContractChangesSummary {
  @Field(() => Int, { description: 'Number of changes.' })
  totalCount!: number;

  @Field(() => Int, {
    description: 'Number of pending changes that can still be decided and whose communication owner is the partner.',
  })
  actionRequiredCount!: number;

  @Field(() => [ContractChangeStatusCount], { description: 'Number of changes of each status, in the order of DashboardColumn.values.' })
  byStatus!: ContractChangeStatusCount[];

  @Field(() => [ContractChangeTypeCount], { description: 'Number of changes of each type, in the order of DashboardColumn.values.' })
  byType!: ContractChangeTypeCount[];

  @Field(() => [MrrTotals], { description: 'Totals of each currency, by currency code.' })
  totals!: MrrTotals[];
}
