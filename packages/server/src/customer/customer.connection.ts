import { connectionOf } from '../graphql/connection.type.ts';
import { Customer, CustomerUser } from './customer.entity.ts';

export const CustomerConnection = connectionOf(Customer, {
  description: 'Customers with an active association, by name.',
  edge: 'A customer in a list.',
  one: 'customer',
  many: 'customers',
  counted: 'customers found',
});

export const CustomerUserConnection = connectionOf(CustomerUser, {
  description: "Users of the customer's account, by name.",
  edge: "A user of the customer's account in a list.",
  one: 'user',
  many: 'users',
  counted: 'users of the account',
});
