import { Field, ID, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../reading/connection.type.ts';
import { DateTimeScalar } from '../graphql/scalars.ts';

@ObjectType({ description: 'A customer that the partner looked after once; nothing else of it is there.', simpleResolvers: true })
export class EndedCustomer {
  @Field(() => ID, { description: 'The id that the customer had, and has again once resumeAssociation is given it.' })
  customerId!: string;

  @Field(() => String, { description: "The customer's name." })
  name!: string;

  @Field(() => DateTimeScalar, { description: 'When the association was ended, the last time.' })
  endedAt!: Date;
}

@ObjectType({ description: 'An ended customer in a list.', simpleResolvers: true })
class EndedCustomerEdge {
  @Field(() => String, { description: 'Position of the customer in the list.' })
  cursor!: string;

  @Field(() => EndedCustomer, { description: 'The customer.' })
  node!: EndedCustomer;
}

@ObjectType({
  description: 'Customers whose association ended and was not resumed, by name, of one name the last ended first.',
  simpleResolvers: true,
})
export class EndedCustomerConnection {
  @Field(() => [EndedCustomerEdge], { description: 'The customers of this page with their cursors.' })
  edges!: EndedCustomerEdge[];

  @Field(() => [EndedCustomer], { description: 'The customers of this page.' })
  nodes!: EndedCustomer[];

  @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of all customers found; counted only when asked for.' })
  totalCount!: number;
}
