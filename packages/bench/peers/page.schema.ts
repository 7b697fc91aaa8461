/** The part of the product's schema that a page needs, for peers that are only GraphQL servers. */
export const typeDefs = /* GraphQL */ `
  type Query {
    upcomingContractChanges(partnerId: ID!, first: Int, after: String): ContractChangeConnection!
  }
  type ContractChangeConnection {
    nodes: [ContractChange!]!
    pageInfo: PageInfo!
  }
  type PageInfo {
    hasNextPage: Boolean!
    endCursor: String
  }
  type ContractChange {
    id: ID!
    customer: Customer!
    communicationOwner: String!
    type: String!
    status: String!
    renewalDeadline: String
    primaryContact: CustomerUser
    renewalStartDate: String
    currentTerms: ContractTerms!
    newTerms: ContractTerms!
  }
  type Customer {
    name: String!
    website: String
    hubId: String!
  }
  type CustomerUser {
    name: String!
    email: String!
  }
  type ContractTerms {
    maxContacts: Int
    emailLimit: Int
    billingFrequency: String
    billingIntervalMonths: Int
    subscriptionTermMonths: Int
    mrr: Money!
  }
  type Money {
    amount: String!
    currencyCode: String!
  }
`;
