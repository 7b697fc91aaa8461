import { idLeaf, withNested, type FieldTable, type Leaf } from '../reading/projection.ts';
import { communicationOwnerSource, communicationOwnerSql } from './communication-owner.rules.ts';

/** A customer user: alias `member` in a list, or `contact` from a join. */
const userFields = (alias: string, joins: readonly string[]): FieldTable => ({
  leaves: {
    id: idLeaf('CustomerUser', `${alias}.id`, joins),
    name: { sql: [`${alias}.name`], joins },
    email: { sql: [`${alias}.email`], joins },
    jobTitle: { sql: [`${alias}.job_title`], joins },
    isActive: { sql: [`${alias}.is_active`], joins },
  },
});

export const customerUserFields = userFields('member', []);

export const primaryContactFields = userFields('contact', ['association', 'contact']);

/** The communication owner and its source; `manual` is SQL of the owner set by hand. */
export const ownerLeaves = (
  manual: string,
  joins: readonly string[] = [],
): Record<'communicationOwner' | 'communicationOwnerSource', Leaf> => {
  const ownsAllSql = 'settings.owns_all_transactional_conversations';
  return {
    communicationOwner: { sql: [communicationOwnerSql(manual, ownsAllSql)], joins },
    communicationOwnerSource: {
      sql: [manual, ownsAllSql],
      joins,
      value: ([byHand, ownsAll]) => communicationOwnerSource(byHand as never, ownsAll as never),
    },
  };
};

/** An association. Each join has the name of its alias. */
export const associationFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('CustomerAssociation', 'association.id', ['association']),
      startedAt: { sql: ['association.started_at'], joins: ['association'] },
      endedAt: { sql: ['association.ended_at'], joins: ['association'] },
      ...ownerLeaves('association.communication_owner', ['association']),
      version: { sql: ['association.version'], joins: ['association'] },
    },
    nullable: { primaryContact: 'primaryContact.name' },
  },
  { primaryContact: primaryContactFields },
);

export const customerFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('Customer', 'customer.id'),
      name: { sql: ['customer.name'] },
      website: { sql: ['customer.website'] },
      hubId: { sql: ['customer.hub_id'] },
      externalId: { sql: ['customer.external_id'], joins: ['customer'] },
    },
  },
  { association: associationFields },
);

/** Usage of an app on one day; alias `usage`. */
export const appUsageFields: FieldTable = {
  leaves: {
    app: { sql: ['usage.app'] },
    date: { sql: ['usage.date'] },
    contactsUsed: { sql: ['usage.contacts_used'] },
    emailsSent: { sql: ['usage.emails_sent'] },
    activeUsers: { sql: ['usage.active_users'] },
  },
};
