import { graphql } from 'relay-runtime';

// Only relay-compiler reads this file; see relay-documents.ts. It writes the query that fetches the next page by node(id).

void graphql`
  fragment relayCustomerDocuments_timeline on Customer
  @refetchable(queryName: "relayCustomerDocumentsTimelinePageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    timeline(first: $count, after: $cursor) @connection(key: "Customer_timeline") {
      edges {
        node {
          id
          action
        }
      }
      pageInfo {
        endCursor
      }
    }
  }
`;

void graphql`
  query relayCustomerDocumentsQuery($id: ID!) @throwOnFieldError {
    customer(by: { id: $id }) {
      id
      name
      ...relayCustomerDocuments_timeline
    }
  }
`;
