import { ArrayMaxSize } from 'class-validator';
import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, ID, Info, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { adminRoles, managerRoles } from '../access/role.rules.ts';
import type { CommunicationOwner } from '../customer/communication-owner.rules.ts';
import { contractChangesField, contractChangesOfManyField, readChanges } from '../contract-change/changed-changes.ts';
import { ContractChange } from '../contract-change/contract-change.entity.ts';
import { CustomerConnection } from '../customer/customer.connection.ts';
import { findCustomers } from '../customer/customer.queries.ts';
import { CommunicationOwnerEnum, Customer, CustomerAssociation } from '../customer/customer.entity.ts';
import { associations, associationsIncludingEnded, customers } from '../customer/customer.source.ts';
import type { RequestContext } from '../graphql/context.ts';
import { ExpectedVersion } from '../graphql/expected-version.field.ts';
import { globalId, uuidOf } from '../graphql/global-id.ts';
import { Input } from '../graphql/input.arg.ts';
import { edgeDescription, payloadOf, stateDescription, userErrorsDescription } from '../graphql/payload.type.ts';
import { RequiredField } from '../graphql/required-input.ts';
import { UserError } from '../graphql/user-error.type.ts';
import { findSelected } from '../reading/source.ts';
import { mutate, mutateAndRead } from '../writing/mutation.ts';
import { orItsError, readBack, readEdge } from '../writing/read-back.ts';
import type { Outcome } from '../writing/write.ts';
import { endedCustomerFields, endedCustomerId } from './ended-customer.fields.ts';
import { findEndedCustomers } from './ended-customer.queries.ts';
import { EndedCustomerConnection } from './ended-customer.type.ts';
import {
  bulkSetCommunicationOwner,
  endAssociation,
  lockForEdit,
  maxRemoved,
  resumeAssociation,
  setCommunicationOwner,
  setPrimaryContact,
  type AssociationOutcome,
  type EndOutcome,
} from './association.queries.ts';

const customerDescription = 'ID of the customer.';
const ownerDescription = "The communication owner; null restores the partner's default.";

@InputType({ description: 'Input of setCommunicationOwner.' })
class SetCommunicationOwnerInput {
  @Field(() => ID, { description: customerDescription })
  customerId!: string;

  @RequiredField(() => CommunicationOwnerEnum, ownerDescription)
  owner!: CommunicationOwner | null;

  @ExpectedVersion()
  expectedVersion?: number | null;
}

@InputType({ description: 'Input of setPrimaryContact.' })
class SetPrimaryContactInput {
  @Field(() => ID, { description: customerDescription })
  customerId!: string;

  @RequiredField(() => ID, "ID of an active user of the customer's account; null for none.")
  contactId!: string | null;

  @ExpectedVersion()
  expectedVersion?: number | null;
}

@InputType({ description: 'Input of endAssociation.' })
class EndAssociationInput {
  @Field(() => ID, { description: customerDescription })
  customerId!: string;
}

@InputType({ description: 'Input of resumeAssociation.' })
class ResumeAssociationInput {
  @Field(() => ID, { description: customerDescription })
  customerId!: string;
}

const maxBulkIds = 250;

@InputType({ description: 'Input of bulkSetCommunicationOwner.' })
class BulkSetCommunicationOwnerInput {
  @ArrayMaxSize(maxBulkIds, {
    message: ({ value }: { value: string[] }) => `Change at most ${maxBulkIds} customers at once, not ${value.length}.`,
    context: { code: 'TOO_MANY_IDS' },
  })
  @Field(() => [ID], { description: `IDs of the customers, at most ${maxBulkIds}.` })
  customerIds!: string[];

  @RequiredField(() => CommunicationOwnerEnum, ownerDescription)
  owner!: CommunicationOwner | null;
}

const edited = { association: CustomerAssociation, customer: Customer, contractChanges: contractChangesField };
const SetCommunicationOwnerPayload = payloadOf('SetCommunicationOwner', edited);
const SetPrimaryContactPayload = payloadOf('SetPrimaryContact', edited);
const EndAssociationPayload = payloadOf('EndAssociation', {
  association: CustomerAssociation,
  removedCustomerId: [ID, 'ID of the customer, which is no longer found; null on error.'],
  endedCustomerEdge: [EndedCustomerConnection.Edge, edgeDescription],
  removedContractChangeIds: [[ID], `IDs of its upcoming changes, at most ${maxRemoved}; empty if it had ended before, null on error.`],
});
const ResumeAssociationPayload = payloadOf('ResumeAssociation', {
  ...edited,
  customerEdge: [CustomerConnection.Edge, edgeDescription],
  removedEndedCustomerId: [ID, 'ID of the entry of endedCustomers; null on error.'],
});

@ObjectType({ description: 'Result of bulkSetCommunicationOwner for one customer.', simpleResolvers: true })
class BulkSetCommunicationOwnerResult {
  @Field(() => Customer, { nullable: true, description: stateDescription })
  customer!: object | null;

  @Field(() => [UserError], { description: userErrorsDescription })
  userErrors!: UserError[];
}

@ObjectType({ description: 'Result of bulkSetCommunicationOwner.', simpleResolvers: true })
class BulkSetCommunicationOwnerPayload {
  @Field(() => [BulkSetCommunicationOwnerResult], { description: 'One result per ID, in the same order; empty on error.' })
  results!: BulkSetCommunicationOwnerResult[];

  @Field(() => [ContractChange], { nullable: true, description: contractChangesOfManyField[1] })
  contractChanges!: object[] | null;

  @Field(() => [UserError], { description: 'Errors in the whole input; each result has its own errors.' })
  userErrors!: UserError[];
}

@Resolver()
export class AssociationResolver {
  @Mutation(() => SetCommunicationOwnerPayload, {
    description: 'Sets the communication owner of a customer by hand. Requires role MANAGER or ADMIN.',
  })
  async setCommunicationOwner(
    @Input(() => SetCommunicationOwnerInput) input: SetCommunicationOwnerInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const edit = editOf(input);
    return await mutateAndRead(
      { context, info, input, allowed: managerRoles, ahead: (tx) => lockForEdit(tx, edit.customerId) },
      (write, locking) => setCommunicationOwner(write, { ...edit, owner: input.owner }, locking),
      (reading, outcome) => readEdited(reading, info, outcome),
    );
  }

  @Mutation(() => SetPrimaryContactPayload, { description: 'Sets the primary contact of a customer. Requires role MANAGER or ADMIN.' })
  async setPrimaryContact(
    @Input(() => SetPrimaryContactInput) input: SetPrimaryContactInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const contact = input.contactId === null ? null : { id: uuidOf('CustomerUser', input.contactId) };
    const edit = editOf(input);
    return await mutateAndRead(
      { context, info, input, allowed: managerRoles, ahead: (tx) => lockForEdit(tx, edit.customerId) },
      (write, locking) => setPrimaryContact(write, { ...edit, contact }, locking),
      (reading, outcome) => readEdited(reading, info, outcome),
    );
  }

  @Mutation(() => BulkSetCommunicationOwnerPayload, {
    description: `Sets the communication owner of up to ${maxBulkIds} customers by hand. Requires role MANAGER or ADMIN.`,
  })
  async bulkSetCommunicationOwner(
    @Input(() => BulkSetCommunicationOwnerInput) input: BulkSetCommunicationOwnerInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const ids = input.customerIds.map((id) => uuidOf('Customer', id));
    const outcome = await mutate({ context, info, input, allowed: managerRoles }, (write) =>
      bulkSetCommunicationOwner(write, ids, input.owner),
    );
    if (!('results' in outcome)) return { results: [], contractChanges: null, userErrors: outcome.userErrors };
    const changed = outcome.results.flatMap(({ customerId }) => customerId ?? []);
    const [found, changes] = await Promise.all([
      orItsError(findSelected(context.reader, info, customers, changed, 'results', 'customer')),
      readChanges(context, info, { customerIds: changed }, 'contractChanges'),
    ]);
    return {
      contractChanges: changes,
      results: outcome.results.map(({ customerId, userErrors: errors }) => ({
        customer: customerId === null ? null : found instanceof Error ? found : (found.get(customerId) ?? null),
        userErrors: errors,
      })),
      userErrors: outcome.userErrors,
    };
  }

  @Mutation(() => EndAssociationPayload, {
    description: 'Ends the association with a customer, immediately and everywhere. Requires role ADMIN.',
  })
  async endAssociation(
    @Input(() => EndAssociationInput) input: EndAssociationInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome: EndOutcome = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      endAssociation(write, uuidOf('Customer', input.customerId)),
    );
    const customerId = uuidOf('Customer', input.customerId);
    const [payload, endedCustomerEdge] = await Promise.all([
      readBack(context, info, outcome, { association: associationsIncludingEnded }),
      readEdge(context, info, outcome.associationId == null ? null : customerId, {
        ...{ field: 'endedCustomerEdge', fields: endedCustomerFields },
        find: (reader, wanted, id) => findEndedCustomers(reader, wanted, { id }),
      }),
    ]);
    if (outcome.associationId == null) return payload;
    const removed = (outcome.removedChangeIds ?? []).map((id) => globalId('ContractChange', id));
    return { ...payload, endedCustomerEdge, removedCustomerId: input.customerId, removedContractChangeIds: removed };
  }

  @Mutation(() => ResumeAssociationPayload, {
    description: 'Resumes the association with a customer, with the default owner and no contact. Requires role ADMIN.',
  })
  async resumeAssociation(
    @Input(() => ResumeAssociationInput) input: ResumeAssociationInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      resumeAssociation(write, uuidOf('Customer', input.customerId)),
    );
    const [payload, customerEdge] = await Promise.all([
      readEdited(context, info, outcome),
      readEdge(context, info, (outcome as Outcome<'customer'>).customerId, {
        ...{ field: 'customerEdge', fields: customers.fields },
        find: (reader, wanted, id) => findCustomers(reader, wanted, { id }),
      }),
    ]);
    const removedEndedCustomerId = outcome.userErrors.length > 0 ? null : endedCustomerId(uuidOf('Customer', input.customerId)!);
    return { ...payload, customerEdge, removedEndedCustomerId };
  }
}

/** The payload of a mutation that changes one association, and with it the rows of its customer. */
async function readEdited(context: RequestContext, info: GraphQLResolveInfo, outcome: AssociationOutcome) {
  const [payload, changes] = await Promise.all([
    readBack(context, info, outcome, { association: associations, customer: customers }),
    readChanges(context, info, outcome.customerId == null ? null : { customerIds: [outcome.customerId] }, 'contractChanges'),
  ]);
  return { ...payload, contractChanges: changes };
}

const editOf = ({ customerId, expectedVersion: version }: { customerId: string; expectedVersion?: number | null }) => ({
  customerId: uuidOf('Customer', customerId),
  expectedVersion: version ?? null,
});
