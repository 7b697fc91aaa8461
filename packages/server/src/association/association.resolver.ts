import { ArrayMaxSize } from 'class-validator';
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { adminRoles, managerRoles } from '../access/role.rules.ts';
import type { CommunicationOwner } from '../customer/communication-owner.rules.ts';
import { CommunicationOwnerEnum, Customer, CustomerAssociation } from '../customer/customer.entity.ts';
import { associations, associationsEvenEnded, customers } from '../customer/customer.source.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { UserError } from '../graphql/user-error.type.ts';
import { findSelected } from '../reading/source.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import {
  bulkSetCommunicationOwner,
  endAssociation,
  resumeAssociation,
  setCommunicationOwner,
  setPrimaryContact,
} from './association.queries.ts';

const expectedVersion = 'The version of the association that the change is based on; a newer one is a conflict. Not compared unless given.';

@InputType({ description: 'Whom to make the communication owner of a customer.' })
class SetCommunicationOwnerInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Field(() => CommunicationOwnerEnum, { nullable: true, description: "The owner; null goes back to the partner's default." })
  owner?: CommunicationOwner | null;

  @Field(() => Int, { nullable: true, description: expectedVersion })
  expectedVersion?: number | null;
}

@InputType({ description: 'Whom to make the primary contact of a customer.' })
class SetPrimaryContactInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;

  @Field(() => ID, { nullable: true, description: "An active user of the customer's account; null for nobody." })
  contactId?: string | null;

  @Field(() => Int, { nullable: true, description: expectedVersion })
  expectedVersion?: number | null;
}

@InputType({ description: 'Which customer to look after no longer.' })
class EndAssociationInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;
}

@InputType({ description: 'Which ended customer to look after again.' })
class ResumeAssociationInput {
  @Field(() => ID, { description: 'The customer.' })
  customerId!: string;
}

const maxBulkIds = 250;

@InputType({ description: 'Whom to make the communication owner of many customers.' })
class BulkSetCommunicationOwnerInput {
  @ArrayMaxSize(maxBulkIds, {
    message: ({ value }: { value: string[] }) => `At most ${maxBulkIds} customers can be changed at once; these are ${value.length}.`,
    context: { code: 'TOO_MANY_IDS' },
  })
  @Field(() => [ID], { description: `The customers, at most ${maxBulkIds}.` })
  customerIds!: string[];

  @Field(() => CommunicationOwnerEnum, { nullable: true, description: "The owner; null goes back to the partner's default." })
  owner?: CommunicationOwner | null;
}

const userErrors = 'What a person can mend; empty when it was done.';
const association = [CustomerAssociation, 'The association as it now is; null when nothing was done.'] as const;
const customer = [Customer, 'The customer as it now is; null when nothing was done.'] as const;

const SetCommunicationOwnerPayload = payloadOf(
  'SetCommunicationOwnerPayload',
  { description: 'What came of setting the communication owner.', userErrors },
  { association, customer },
);

const SetPrimaryContactPayload = payloadOf(
  'SetPrimaryContactPayload',
  { description: 'What came of setting the primary contact.', userErrors },
  { association, customer },
);

const EndAssociationPayload = payloadOf(
  'EndAssociationPayload',
  { description: 'What came of ending an association.', userErrors },
  { association: [CustomerAssociation, 'The association with the instant it ended; null when there is none.'] },
);

const ResumeAssociationPayload = payloadOf(
  'ResumeAssociationPayload',
  { description: 'What came of looking after a customer again.', userErrors },
  { association, customer },
);

const BulkSetCommunicationOwnerResult = payloadOf(
  'BulkSetCommunicationOwnerResult',
  { description: 'What came of one of many customers.', userErrors },
  { customer },
);

@ObjectType({ description: 'What came of setting the communication owner of many customers.', simpleResolvers: true })
class BulkSetCommunicationOwnerPayload {
  @Field(() => [BulkSetCommunicationOwnerResult], { description: 'A result for each id, in their order; empty when nothing was done.' })
  results!: object[];

  @Field(() => [UserError], { description: 'What is wrong with the input as a whole; then nothing was done.' })
  userErrors!: UserError[];
}

@Resolver()
export class AssociationResolver {
  @Mutation(() => SetCommunicationOwnerPayload, { description: 'Sets by hand who communicates all changes of a customer. MANAGER, ADMIN.' })
  async setCommunicationOwner(
    @Arg('input', () => SetCommunicationOwnerInput, { description: 'What to do.' }) input: SetCommunicationOwnerInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: managerRoles }, (write) =>
      setCommunicationOwner(write, { ...edited(input), owner: input.owner ?? null }),
    );
    return await readBack(context, info, outcome, { association: associations, customer: customers });
  }

  @Mutation(() => SetPrimaryContactPayload, { description: 'Sets who at the customer is told about its changes. MANAGER, ADMIN.' })
  async setPrimaryContact(
    @Arg('input', () => SetPrimaryContactInput, { description: 'What to do.' }) input: SetPrimaryContactInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const contact = input.contactId == null ? null : { id: uuidOf('CustomerUser', input.contactId) };
    const outcome = await mutate({ context, info, input, allowed: managerRoles }, (write) =>
      setPrimaryContact(write, { ...edited(input), contact }),
    );
    return await readBack(context, info, outcome, { association: associations, customer: customers });
  }

  @Mutation(() => BulkSetCommunicationOwnerPayload, {
    description: `Sets the communication owner of up to ${maxBulkIds} customers. MANAGER, ADMIN.`,
  })
  async bulkSetCommunicationOwner(
    @Arg('input', () => BulkSetCommunicationOwnerInput, { description: 'What to do.' }) input: BulkSetCommunicationOwnerInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const ids = input.customerIds.map((id) => uuidOf('Customer', id));
    const outcome = await mutate({ context, info, input, allowed: managerRoles }, (write) =>
      bulkSetCommunicationOwner(write, ids, input.owner ?? null),
    );
    if (!('results' in outcome)) return { results: [], userErrors: outcome.userErrors };
    const changed = outcome.results.flatMap(({ customerId }) => customerId ?? []);
    const found = await findSelected(context.reader, info, customers, changed, 'results', 'customer');
    return {
      results: outcome.results.map(({ customerId, userErrors: errors }) => ({
        customer: found.get(customerId ?? '') ?? null,
        userErrors: errors,
      })),
      userErrors: outcome.userErrors,
    };
  }

  @Mutation(() => EndAssociationPayload, { description: 'Ends the association with a customer, at once and everywhere. ADMIN.' })
  async endAssociation(
    @Arg('input', () => EndAssociationInput, { description: 'What to do.' }) input: EndAssociationInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      endAssociation(write, uuidOf('Customer', input.customerId)),
    );
    return await readBack(context, info, outcome, { association: associationsEvenEnded });
  }

  @Mutation(() => ResumeAssociationPayload, {
    description: 'Looks after an ended customer again, from a fresh start: default owner, no contact. ADMIN.',
  })
  async resumeAssociation(
    @Arg('input', () => ResumeAssociationInput, { description: 'What to do.' }) input: ResumeAssociationInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      resumeAssociation(write, uuidOf('Customer', input.customerId)),
    );
    return await readBack(context, info, outcome, { association: associations, customer: customers });
  }
}

const edited = ({ customerId, expectedVersion: version }: { customerId: string; expectedVersion?: number | null }) => ({
  customerId: uuidOf('Customer', customerId),
  expectedVersion: version ?? null,
});
