import type { Source } from '../reading/source.ts';
import { associationFields, customerFields, customerUserFields } from './customer.fields.ts';
import { findAssociations, findCustomersBy, findCustomerUsers } from './customer.queries.ts';

export const customers: Source = {
  type: 'Customer',
  fields: customerFields,
  byIds: (reader, projection, ids) => findCustomersBy(reader, projection, { ids }),
};

export const customerUsers: Source = { type: 'CustomerUser', fields: customerUserFields, byIds: findCustomerUsers };

export const associations: Source = {
  type: 'CustomerAssociation',
  fields: associationFields,
  byIds: (reader, projection, ids) => findAssociations(reader, projection, ids),
};

/** For the payload of endAssociation. */
export const associationsIncludingEnded: Source = {
  ...associations,
  byIds: (reader, projection, ids) => findAssociations(reader, projection, ids, { includeEnded: true }),
};
