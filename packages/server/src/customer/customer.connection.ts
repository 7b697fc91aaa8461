import { connectionOf } from '../graphql/connection.type.ts';
import { Customer, CustomerUser } from './customer.entity.ts';

export const CustomerConnection = connectionOf(Customer, { description: 'Customers with an active association, by name.' });

export const CustomerUserConnection = connectionOf(CustomerUser, { description: "Users of the customer's account, by name." });
