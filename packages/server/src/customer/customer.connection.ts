import { Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../reading/connection.type.ts';
import { Customer, CustomerUser } from './customer.entity.ts';

@ObjectType({ description: 'A customer in a list.', simpleResolvers: true })
class CustomerEdge {
  @Field(() => String, { description: 'Position of the customer in the list.' })
  cursor!: string;

  @Field(() => Customer, { description: 'The customer.' })
  node!: Customer;
}

@ObjectType({ description: 'Customers with an active association, by name.', simpleResolvers: true })
export class CustomerConnection {
  @Field(() => [CustomerEdge], { description: 'The customers of this page with their cursors.' })
  edges!: CustomerEdge[];

  @Field(() => [Customer], { description: 'The customers of this page.' })
  nodes!: Customer[];

  @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of all customers found; counted only when asked for.' })
  totalCount!: number;
}

@ObjectType({ description: "A user of the customer's account in a list.", simpleResolvers: true })
class CustomerUserEdge {
  @Field(() => String, { description: 'Position of the user in the list.' })
  cursor!: string;

  @Field(() => CustomerUser, { description: 'The user.' })
  node!: CustomerUser;
}

@ObjectType({ description: "Users of the customer's account, by name.", simpleResolvers: true })
export class CustomerUserConnection {
  @Field(() => [CustomerUserEdge], { description: 'The users of this page with their cursors.' })
  edges!: CustomerUserEdge[];

  @Field(() => [CustomerUser], { description: 'The users of this page.' })
  nodes!: CustomerUser[];

  @Field(() => PageInfo, { description: 'Where this page lies in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, { description: 'Number of all users of the account; counted only when asked for.' })
  totalCount!: number;
}
