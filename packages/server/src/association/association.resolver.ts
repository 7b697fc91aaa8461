import { getNamedType, type GraphQLObjectType, type GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, ID, Info, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { adminRoles, managerRoles } from '../access/role.rules.ts';
import type { CommunicationOwner } from '../customer/communication-owner.rules.ts';
import { CommunicationOwnerEnum, Customer, CustomerAssociation } from '../customer/customer.entity.ts';
import { associationFields, customerFields } from '../customer/customer.fields.ts';
import { findAssociations, findCustomersBy } from '../customer/customer.queries.ts';
import type { RequestContext } from '../graphql/context.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { mutate } from '../writing/mutation.ts';
import type { Outcome } from '../writing/write.ts';
import { projectionOf } from '../reading/projection.ts';
import { descend, selectedPaths } from '../reading/selected-fields.ts';
import { inputError, UserError } from '../graphql/user-error.type.ts';
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
  @Field(() => [ID], { description: `The customers, at most ${maxBulkIds}.` })
  customerIds!: string[];

  @Field(() => CommunicationOwnerEnum, { nullable: true, description: "The owner; null goes back to the partner's default." })
  owner?: CommunicationOwner | null;
}

/** Every payload that carries an association has these fields. */
const errorsDescription = 'What a person can mend; empty when it was done.';
const associationDescription = 'The association as it now is; null when nothing was done.';
const customerDescription = 'The customer as it now is; null when nothing was done.';

@ObjectType({ description: 'What came of setting the communication owner.', simpleResolvers: true })
class SetCommunicationOwnerPayload {
  @Field(() => CustomerAssociation, { nullable: true, description: associationDescription })
  association!: CustomerAssociation | null;

  @Field(() => Customer, { nullable: true, description: customerDescription })
  customer!: Customer | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What came of setting the primary contact.', simpleResolvers: true })
class SetPrimaryContactPayload {
  @Field(() => CustomerAssociation, { nullable: true, description: associationDescription })
  association!: CustomerAssociation | null;

  @Field(() => Customer, { nullable: true, description: customerDescription })
  customer!: Customer | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What came of ending an association.', simpleResolvers: true })
class EndAssociationPayload {
  @Field(() => CustomerAssociation, { nullable: true, description: 'The association with the instant it ended; null when there is none.' })
  association!: CustomerAssociation | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What came of looking after a customer again.', simpleResolvers: true })
class ResumeAssociationPayload {
  @Field(() => CustomerAssociation, { nullable: true, description: associationDescription })
  association!: CustomerAssociation | null;

  @Field(() => Customer, { nullable: true, description: customerDescription })
  customer!: Customer | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What came of one of many customers.', simpleResolvers: true })
class BulkSetCommunicationOwnerResult {
  @Field(() => Customer, { nullable: true, description: customerDescription })
  customer!: Customer | null;

  @Field(() => [UserError], { description: errorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'What came of setting the communication owner of many customers.', simpleResolvers: true })
class BulkSetCommunicationOwnerPayload {
  @Field(() => [BulkSetCommunicationOwnerResult], { description: 'A result for each id, in their order; empty when nothing was done.' })
  results!: BulkSetCommunicationOwnerResult[];

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
    return await associationPayload(context, info, outcome);
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
    return await associationPayload(context, info, outcome);
  }

  @Mutation(() => BulkSetCommunicationOwnerPayload, {
    description: `Sets the communication owner of up to ${maxBulkIds} customers. MANAGER, ADMIN.`,
  })
  async bulkSetCommunicationOwner(
    @Arg('input', () => BulkSetCommunicationOwnerInput, { description: 'What to do.' }) input: BulkSetCommunicationOwnerInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    if (input.customerIds.length > maxBulkIds) {
      const message = `At most ${maxBulkIds} customers can be changed at once; these are ${input.customerIds.length}.`;
      return { results: [], userErrors: [inputError('TOO_MANY_IDS', message, 'customerIds')] };
    }
    const ids = input.customerIds.map((id) => uuidOf('Customer', id));
    const outcome = await mutate({ context, info, input, allowed: managerRoles }, (write) =>
      bulkSetCommunicationOwner(write, ids, input.owner ?? null),
    );
    if (!('results' in outcome)) return { results: [], userErrors: outcome.userErrors };
    const customers = await findSelectedCustomers(
      context,
      info,
      ['results', 'customer'],
      outcome.results.flatMap(({ customerId }) => customerId ?? []),
    );
    return {
      results: outcome.results.map(({ customerId, userErrors }) => ({ customer: customers.get(customerId ?? '') ?? null, userErrors })),
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
    return await associationPayload(context, info, outcome);
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
    return await associationPayload(context, info, outcome);
  }
}

const edited = ({ customerId, expectedVersion: version }: { customerId: string; expectedVersion?: number | null }) => ({
  customerId: uuidOf('Customer', customerId),
  expectedVersion: version ?? null,
});

/** What comes back is read as the next query would read it. */
async function associationPayload(context: RequestContext, info: GraphQLResolveInfo, outcome: Outcome<'association' | 'customer'>) {
  const { associationId, customerId } = { associationId: null, customerId: null, ...outcome };
  const { pool, partnerId, viewer } = context;
  const payload = getNamedType(info.returnType) as GraphQLObjectType;
  const at = descend(info, payload, info.fieldNodes, 'association');
  const projection = projectionOf(associationFields, selectedPaths(info, at.type, at.nodes, associationFields));
  const [associations, customers] = await Promise.all([
    associationId !== null && at.nodes.length > 0
      ? findAssociations(pool, partnerId, projection, [associationId], { includeEnded: true })
      : null,
    findSelectedCustomers(context, info, ['customer'], customerId === null ? [] : [customerId]),
  ]);
  const [row] = associations?.get(associationId ?? '') ?? [];
  return {
    association: row === undefined ? null : projection.shape(row, viewer),
    customer: customers.get(customerId ?? '') ?? null,
    userErrors: outcome.userErrors,
  };
}

async function findSelectedCustomers(context: RequestContext, info: GraphQLResolveInfo, path: string[], ids: readonly string[]) {
  const payload = getNamedType(info.returnType) as GraphQLObjectType;
  if (ids.length === 0 || (path.length === 1 && !((path[0] as string) in payload.getFields())))
    return new Map<string, Record<string, unknown>>();
  const at = descend(info, payload, info.fieldNodes, ...path);
  if (at.nodes.length === 0) return new Map<string, Record<string, unknown>>();
  const projection = projectionOf(customerFields, selectedPaths(info, at.type, at.nodes, customerFields));
  const found = await findCustomersBy(context.pool, context.partnerId, projection, { ids });
  return new Map([...found].map(([id, rows]) => [id, projection.shape(rows[0] as readonly unknown[], context.viewer)]));
}
