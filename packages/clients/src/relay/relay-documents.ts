import { graphql } from 'relay-runtime';

// Only relay-compiler reads this file. The programs import what it writes, as the plugin for Babel makes an application do.

void graphql`
  fragment relayDocuments_row on ContractChange {
    id
    communicationOwner
    communicationOwnerSource
    status
    availableActions
    version
    primaryContact {
      id
      name
    }
    newTerms {
      mrr {
        amount
        currencyCode
      }
    }
  }
`;

void graphql`
  query relayDocumentsRenewalsQuery($first: Int, $after: String, $last: Int, $before: String) @throwOnFieldError {
    upcomingContractChanges(first: $first, after: $after, last: $last, before: $before)
      @connection(key: "Renewals_upcomingContractChanges") {
      __id
      totalCount
      edges {
        node {
          ...relayDocuments_row @relay(mask: false)
          customer {
            id
            name
          }
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
`;

void graphql`
  mutation relayDocumentsSetOwnerMutation($input: SetCommunicationOwnerInput!) {
    setCommunicationOwner(input: $input) {
      contractChanges {
        ...relayDocuments_row @relay(mask: false)
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
`;

void graphql`
  mutation relayDocumentsSetContactMutation($input: SetPrimaryContactInput!) {
    setPrimaryContact(input: $input) {
      contractChanges {
        ...relayDocuments_row @relay(mask: false)
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
`;

void graphql`
  mutation relayDocumentsAcceptMutation($input: AcceptContractChangeInput!) {
    acceptContractChange(input: $input) {
      contractChanges {
        ...relayDocuments_row @relay(mask: false)
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
`;

void graphql`
  mutation relayDocumentsRequestCancellationMutation($input: RequestCancellationInput!) {
    requestCancellation(input: $input) {
      contractChanges {
        ...relayDocuments_row @relay(mask: false)
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
`;

void graphql`
  query relayDocumentsDaysQuery($asOf: Date!) @throwOnFieldError {
    today: upcomingContractChanges(first: 100) {
      nodes {
        id
        status
        daysUntilEffective
      }
    }
    later: upcomingContractChanges(first: 100, asOf: $asOf) {
      nodes {
        id
        status
        daysUntilEffective
      }
    }
  }
`;

void graphql`
  query relayDocumentsRefusedQuery {
    viewer {
      role
    }
    endedCustomers {
      totalCount
    }
  }
`;
