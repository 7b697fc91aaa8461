import { graphql } from 'relay-runtime';

// Only relay-compiler reads this file. The programs import what it writes, as the plugin for Babel makes an application do.

void graphql`
  query relayListDocumentsViewsQuery @throwOnFieldError {
    viewer {
      savedViews(first: 100) @connection(key: "Viewer_savedViews") {
        __id
        edges {
          node {
            id
            name
          }
        }
      }
    }
  }
`;

void graphql`
  mutation relayListDocumentsCreateViewMutation($input: CreateSavedViewInput!, $connections: [ID!]!) {
    createSavedView(input: $input) {
      savedViewEdge @appendEdge(connections: $connections) {
        cursor
        node {
          id
          name
        }
      }
    }
  }
`;

void graphql`
  mutation relayListDocumentsRenameViewMutation($input: UpdateSavedViewInput!) {
    updateSavedView(input: $input) {
      savedView {
        id
        name
      }
    }
  }
`;

void graphql`
  mutation relayListDocumentsDeleteViewMutation($input: DeleteSavedViewInput!, $connections: [ID!]!) {
    deleteSavedView(input: $input) {
      deletedSavedViewId @deleteEdge(connections: $connections)
    }
  }
`;

void graphql`
  query relayListDocumentsCustomersQuery @throwOnFieldError {
    customers(first: 100) @connection(key: "Customers_customers") {
      __id
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;

void graphql`
  query relayListDocumentsEndedCustomersQuery @throwOnFieldError {
    endedCustomers(first: 100) @connection(key: "EndedCustomers_endedCustomers") {
      __id
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;

void graphql`
  mutation relayListDocumentsEndAssociationMutation($input: EndAssociationInput!, $customers: [ID!]!, $renewals: [ID!]!, $ended: [ID!]!) {
    endAssociation(input: $input) {
      endedCustomerEdge @appendEdge(connections: $ended) {
        cursor
        node {
          id
          name
        }
      }
      removedCustomerId @deleteEdge(connections: $customers)
      removedContractChangeIds @deleteEdge(connections: $renewals)
    }
  }
`;

void graphql`
  mutation relayListDocumentsForgetCustomerMutation($input: EndAssociationInput!) {
    endAssociation(input: $input) {
      removedCustomerId @deleteRecord
    }
  }
`;

void graphql`
  mutation relayListDocumentsResumeAssociationMutation($input: ResumeAssociationInput!, $customers: [ID!]!, $ended: [ID!]!) {
    resumeAssociation(input: $input) {
      removedEndedCustomerId @deleteEdge(connections: $ended)
      customerEdge @appendEdge(connections: $customers) {
        cursor
        node {
          id
          name
        }
      }
    }
  }
`;
