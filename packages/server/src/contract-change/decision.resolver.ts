import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from 'type-graphql';
import { decidingRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { ContractChange } from './contract-change.entity.ts';
import type { ContractChangeAction } from './contract-change.rules.ts';
import { contractChanges } from './contract-change.source.ts';
import { recordDecision } from './decision.queries.ts';

const changeDescription = 'The contract change.';
const versionDescription = 'The version of the change that the decision is based on; a newer one is a conflict. Not compared unless given.';
const inputDescription = { description: 'What to record.' };

@InputType({ description: 'Which change the customer accepts.' })
class AcceptContractChangeInput {
  @Field(() => ID, { description: changeDescription })
  contractChangeId!: string;

  @Field(() => Int, { nullable: true, description: versionDescription })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which change, and with a renewal the contract, the customer cancels.' })
class RequestCancellationInput {
  @Field(() => ID, { description: changeDescription })
  contractChangeId!: string;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'After the deadline: the request counts for the first later renewal whose deadline it meets.',
  })
  forNextPossible!: boolean;

  @Field(() => Int, { nullable: true, description: versionDescription })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which request to cancel the customer withdraws.' })
class WithdrawCancellationInput {
  @Field(() => ID, { description: changeDescription })
  contractChangeId!: string;

  @Field(() => Int, { nullable: true, description: versionDescription })
  expectedVersion?: number | null;
}

const userErrors = 'What a person can mend; empty when it was recorded.';
const contractChange = [ContractChange, 'The change as it now is; null when nothing was recorded.'] as const;

const AcceptContractChangePayload = payloadOf(
  'AcceptContractChangePayload',
  { description: 'What came of recording an acceptance.', userErrors },
  { contractChange },
);

const RequestCancellationPayload = payloadOf(
  'RequestCancellationPayload',
  { description: 'What came of recording a request to cancel.', userErrors },
  { contractChange },
);

const WithdrawCancellationPayload = payloadOf(
  'WithdrawCancellationPayload',
  { description: 'What came of withdrawing a request to cancel.', userErrors },
  { contractChange },
);

const who = "OPERATOR; MANAGER and ADMIN on the customer's behalf while the partner is the communication owner.";

@Resolver()
export class DecisionResolver {
  @Mutation(() => AcceptContractChangePayload, {
    description: `Records that the customer accepts; it takes back a standing request to cancel. ${who}`,
  })
  async acceptContractChange(
    @Arg('input', () => AcceptContractChangeInput, inputDescription) input: AcceptContractChangeInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await decide(context, info, input, 'ACCEPT');
  }

  @Mutation(() => RequestCancellationPayload, {
    description: `Records that the customer requests cancellation, through the deadline's day. ${who}`,
  })
  async requestCancellation(
    @Arg('input', () => RequestCancellationInput, inputDescription) input: RequestCancellationInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    return await decide(context, info, input, 'REQUEST_CANCELLATION');
  }

  @Mutation(() => WithdrawCancellationPayload, { description: `Records that the customer withdraws the request to cancel. ${who}` })
  async withdrawCancellation(
    @Arg('input', () => WithdrawCancellationInput, inputDescription) input: WithdrawCancellationInput,
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
  const outcome = await mutate({ context, info, input, allowed: decidingRoles }, (write) =>
    recordDecision(write, {
      contractChangeId: uuidOf('ContractChange', input.contractChangeId),
      action,
      expectedVersion: input.expectedVersion ?? null,
      forNextPossible: input.forNextPossible ?? false,
    }),
  );
  return await readBack(context, info, outcome, { contractChange: contractChanges });
}
