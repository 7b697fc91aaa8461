import { idLeaf, withNested, type FieldTable, type Leaf } from '../reading/projection.ts';
import { communicationOwnerSource, communicationOwnerSql } from './communication-owner.rules.ts';

/** A customer user under the alias u, which some joins bring. */
export const joinedCustomerUserFields = (joins: readonly string[]): FieldTable => ({
  leaves: {
    id: idLeaf('CustomerUser', 'u.id', joins),
    name: { sql: ['u.name'], joins },
    email: { sql: ['u.email'], joins },
    jobTitle: { sql: ['u.job_title'], joins },
    isActive: { sql: ['u.is_active'], joins },
  },
});

export const customerUserFields = joinedCustomerUserFields([]);

/** The communication owner and its source, over the column that holds the owner set by hand; p has the partner's setting. */
export const ownerLeaves = (
  manual: string,
  joins: readonly string[] = [],
): Record<'communicationOwner' | 'communicationOwnerSource', Leaf> => {
  const ownsAllSql = 'p.owns_all_transactional_conversations';
  return {
    communicationOwner: { sql: [communicationOwnerSql(manual, ownsAllSql)], joins },
    communicationOwnerSource: {
      sql: [manual, ownsAllSql],
      joins,
      value: ([byHand, ownsAll]) => communicationOwnerSource(byHand as never, ownsAll as never),
    },
  };
};

/** An association under the alias a. A join is named by the alias it brings. */
export const associationFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('CustomerAssociation', 'a.id', ['a']),
      startedAt: { sql: ['a.started_at'], joins: ['a'] },
      endedAt: { sql: ['a.ended_at'], joins: ['a'] },
      ...ownerLeaves('a.communication_owner', ['a']),
      version: { sql: ['a.version'], joins: ['a'] },
    },
    nullable: { primaryContact: 'primaryContact.name' },
  },
  { primaryContact: joinedCustomerUserFields(['a', 'u']) },
);

/** A customer under the alias m. */
export const customerFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('Customer', 'm.id'),
      name: { sql: ['m.name'] },
      website: { sql: ['m.website'] },
      hubId: { sql: ['m.hub_id'] },
    },
  },
  { association: associationFields },
);

/** A day's usage of an app under the alias g. */
export const appUsageFields: FieldTable = {
  leaves: {
    app: { sql: ['g.app'] },
    date: { sql: ['g.date'] },
    contactsUsed: { sql: ['g.contacts_used'] },
    emailsSent: { sql: ['g.emails_sent'] },
    activeUsers: { sql: ['g.active_users'] },
  },
};
