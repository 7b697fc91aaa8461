import type { GraphQLResolveInfo } from 'graphql';
import { Args, ArgsType, Ctx, Field, ID, Info, InputType, Mutation, Query, Resolver } from 'type-graphql';
import { adminRoles } from '../access/role.rules.ts';
import { ForwardPageArgs } from '../graphql/connection.type.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { resolveConnection } from '../reading/list.resolver.ts';
import { wantedOf } from '../reading/wanted.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { liftSuppression } from './suppression-edit.queries.ts';
import { suppressionFields } from './suppression.fields.ts';
import { countSuppressions, findSuppressions } from './suppression-list.queries.ts';
import { suppressions } from './suppression.source.ts';
import { Suppression, SuppressionConnection } from './suppression.type.ts';

@ArgsType()
class SuppressionsArgs extends ForwardPageArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'Whether to list those that were lifted, too.' })
  includeLifted!: boolean;
}

@InputType({ description: 'Input of liftSuppression.' })
class LiftSuppressionInput {
  @Field(() => ID, { description: 'ID of the suppression.' })
  suppressionId!: string;
}

const LiftSuppressionPayload = payloadOf('LiftSuppression', { suppression: Suppression });

@Resolver()
export class SuppressionResolver {
  @Query(() => SuppressionConnection, {
    description:
      'Addresses to which the partner sends nothing, because a mail server rejected them or the reader unsubscribed. Latest first.',
  })
  async suppressions(
    @Args(() => SuppressionsArgs) args: SuppressionsArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { reader } = context;
    const wanted = wantedOf(info, suppressionFields, args);
    return await resolveConnection(
      context,
      wanted,
      () => findSuppressions(reader, wanted, args),
      () => countSuppressions(reader, args),
    );
  }

  @Mutation(() => LiftSuppressionPayload, {
    description:
      'Lets reminders go to a suppressed address again. If the reader unsubscribed, do so only at their wish. Requires role ADMIN.',
  })
  async liftSuppression(
    @Input(() => LiftSuppressionInput) input: LiftSuppressionInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const suppressionId = uuidOf('Suppression', input.suppressionId);
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) => liftSuppression(write, suppressionId));
    return await readBack(context, info, outcome, { suppression: suppressions });
  }
}
