import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from '../graphql/connection.type.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';

@ObjectType({ description: 'A customer that the partner looked after once; nothing else of it is there.', simpleResolvers: true })
class EndedCustomer {
  @Field(() => ID, { description: 'The id that the customer had, and has again once resumeAssociation is given it.' })
  customerId!: string;

  @Field(() => String, { description: "The customer's name." })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When the association was ended, the last time.' })
  endedAt!: Date;
}

export const EndedCustomerConnection = connectionOf(EndedCustomer, {
  description: 'Customers whose association ended and was not resumed, by name, of one name the last ended first.',
  edge: 'An ended customer in a list.',
  one: 'customer',
  many: 'customers',
  counted: 'customers found',
});
