import { connectionOf } from '../graphql/connection.type.ts';
import { AppUsage, Customer, CustomerUser } from './customer.entity.ts';

export const CustomerConnection = connectionOf(Customer, { description: 'Customers with an active association, by name.' });

export const CustomerUserConnection = connectionOf(CustomerUser, { description: "Users of the customer's account, by name." });

export const AppUsageConnection = connectionOf(AppUsage, { description: 'Usage of apps, latest day first.' });
