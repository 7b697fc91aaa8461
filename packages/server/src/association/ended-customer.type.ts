import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../graphql/connection.type.ts';
import { cacheIdDescription } from '../graphql/node.type.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';

@ObjectType({ description: 'A customer whose association ended; nothing else of it is visible.', simpleResolvers: true })
class EndedCustomer {
  @Field(() => ID, { description: cacheIdDescription })
  id!: string;

  @Field(() => ID, { description: 'ID of the customer, for resumeAssociation; the resumed customer keeps it.' })
  customerId!: string;

  @Field(() => String, { description: "The customer's name." })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When the last association ended.' })
  endedAt!: Date;
}

export const EndedCustomerConnection = connectionOf(EndedCustomer, {
  description: 'Customers whose association ended, by name; for equal names, the latest end first.',
});
