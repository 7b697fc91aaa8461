import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, ID, Info, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decidingRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { ExpectedVersion } from '../graphql/expected-version.field.ts';
import { globalId, uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { mutateAndRead } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { changesOfContractField, readChanges } from './changed-changes.ts';
import { ContractChange } from './contract-change.entity.ts';
import type { ContractChangeAction } from './contract-change.rules.ts';
import { contractChanges } from './contract-change.source.ts';
import { recordDecision, type DecisionOutcome } from './decision.queries.ts';

const changeDescription = 'ID of the contract change.';

@InputType({ description: 'Input of acceptContractChange.' })
class AcceptContractChangeInput {
  @Field(() => ID, { description: changeDescription })
  contractChangeId!: string;

  @ExpectedVersion()
  expectedVersion?: number | null;
}

@InputType({ description: 'Input of requestCancellation.' })
class RequestCancellationInput {
  @Field(() => ID, { description: changeDescription })
  contractChangeId!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Whether a request after the deadline applies to the first later renewal whose deadline it meets.',
  })
  forNextPossible!: boolean;

  @ExpectedVersion()
  expectedVersion?: number | null;
}

@InputType({ description: 'Input of withdrawCancellation.' })
class WithdrawCancellationInput {
  @Field(() => ID, { description: changeDescription })
  contractChangeId!: string;

  @ExpectedVersion()
  expectedVersion?: number | null;
}

@ObjectType({ description: 'Another partner that has the same contract change.', simpleResolvers: true })
class OtherPartner {
  @Field(() => ID, { description: 'ID of the partner.' })
  id!: string;

  @Field(() => String, { description: 'Name of the partner.' })
  name!: string;
}

const payloadFields = {
  contractChange: ContractChange,
  contractChanges: changesOfContractField,
  otherPartners: [[OtherPartner], 'Other partners that were changed too; only for operators.'],
} as const;
const AcceptContractChangePayload = payloadOf('AcceptContractChange', payloadFields);
const RequestCancellationPayload = payloadOf('RequestCancellation', payloadFields);
const WithdrawCancellationPayload = payloadOf('WithdrawCancellation', payloadFields);

const requires = 'Requires role OPERATOR, or MANAGER or ADMIN while the partner is the communication owner.';

@Resolver()
export class DecisionResolver {
  @Mutation(() => AcceptContractChangePayload, {
    description: `Records that the customer accepts the new terms; also withdraws a cancellation request. ${requires}`,
  })
  async acceptContractChange(
    @Input(() => AcceptContractChangeInput) input: AcceptContractChangeInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await decide(context, info, input, 'ACCEPT');
  }

  @Mutation(() => RequestCancellationPayload, {
    description:
      'Records that the customer requests cancellation. Possible through the renewal deadline, for other types through the day before the ' +
      `effective date. A cancelled renewal ends the contract. ${requires}`,
  })
  async requestCancellation(
    @Input(() => RequestCancellationInput) input: RequestCancellationInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await decide(context, info, input, 'REQUEST_CANCELLATION');
  }

  @Mutation(() => WithdrawCancellationPayload, { description: `Records that the customer withdraws the cancellation request. ${requires}` })
  async withdrawCancellation(
    @Input(() => WithdrawCancellationInput) input: WithdrawCancellationInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await decide(context, info, input, 'WITHDRAW_CANCELLATION');
  }
}

async function decide(
  context: RequestContext,
  info: GraphQLResolveInfo,
  input: { contractChangeId: string; expectedVersion?: number | null; forNextPossible?: boolean },
  action: ContractChangeAction,
) {
  return await mutateAndRead(
    { context, info, input, allowed: decidingRoles },
    (write) =>
      recordDecision(write, {
        contractChangeId: uuidOf('ContractChange', input.contractChangeId),
        action,
        expectedVersion: input.expectedVersion ?? null,
        forNextPossible: input.forNextPossible ?? false,
      }),
    (reading, outcome) => readDecided(reading, info, outcome),
  );
}

async function readDecided(context: RequestContext, info: GraphQLResolveInfo, outcome: DecisionOutcome) {
  const changeId = outcome.contractChangeId ?? null;
  const [payload, changes] = await Promise.all([
    readBack(context, info, outcome, { contractChange: contractChanges }),
    readChanges(context, info, changeId === null ? null : { contractOf: changeId }, 'contractChanges'),
  ]);
  const otherPartners = outcome.otherPartners?.map(({ id, name }) => ({ id: globalId('Partner', id), name })) ?? null;
  return { ...payload, contractChanges: changes, otherPartners };
}
