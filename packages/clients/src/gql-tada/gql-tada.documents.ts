import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './generated/graphql-env.d.ts';

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: {
    CurrencyCode: string;
    Date: string;
    DateTime: string;
    Decimal: string;
    HubID: string;
    TimeZone: string;
    URL: string;
    JSON: unknown;
  };
}>();

export const rowFields = graphql(`
  fragment RowFields on ContractChange {
    id
    communicationOwner
    status
    version
    primaryContact {
      id
      name
    }
  }
`);

export const renewals = graphql(
  `
    query Renewals($first: Int, $after: String, $last: Int, $before: String) {
      upcomingContractChanges(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        edges {
          node {
            ...RowFields
          }
        }
        pageInfo {
          hasNextPage
          hasPreviousPage
          startCursor
          endCursor
        }
      }
    }
  `,
  [rowFields],
);

export const setOwner = graphql(
  `
    mutation SetOwner($input: SetCommunicationOwnerInput!) {
      setCommunicationOwner(input: $input) {
        contractChanges {
          ...RowFields
        }
        userErrors {
          __typename
          code
          message
          ... on ConflictError {
            currentVersion
          }
        }
      }
    }
  `,
  [rowFields],
);

export const setContact = graphql(
  `
    mutation SetContact($input: SetPrimaryContactInput!) {
      setPrimaryContact(input: $input) {
        contractChanges {
          ...RowFields
        }
        userErrors {
          __typename
          code
          message
          ... on ConflictError {
            currentVersion
          }
        }
      }
    }
  `,
  [rowFields],
);

export const accept = graphql(
  `
    mutation Accept($input: AcceptContractChangeInput!) {
      acceptContractChange(input: $input) {
        contractChange {
          ...RowFields
        }
        userErrors {
          __typename
          code
          message
          ... on ConflictError {
            currentVersion
          }
        }
      }
    }
  `,
  [rowFields],
);

export const cancel = graphql(
  `
    mutation Cancel($input: RequestCancellationInput!) {
      requestCancellation(input: $input) {
        contractChange {
          ...RowFields
        }
        userErrors {
          __typename
          code
          message
          ... on ConflictError {
            currentVersion
          }
        }
      }
    }
  `,
  [rowFields],
);

export const createView = graphql(`
  mutation CreateView($input: CreateSavedViewInput!) {
    createSavedView(input: $input) {
      savedView {
        id
        name
        columns {
          key
        }
      }
    }
  }
`);

export const deleteView = graphql(`
  mutation DeleteView($input: DeleteSavedViewInput!) {
    deleteSavedView(input: $input) {
      deletedSavedViewId
    }
  }
`);
