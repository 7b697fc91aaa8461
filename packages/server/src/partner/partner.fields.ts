import { idLeaf, withNested, type FieldTable } from '../reading/projection.ts';

/** A user of the partner, under the alias `person`. */
export const partnerUserFields: FieldTable = {
  leaves: {
    id: idLeaf('PartnerUser', 'person.id'),
    name: { sql: ['person.name'] },
    email: { sql: ['person.email'] },
    role: { sql: ['person.role'] },
  },
};

/** A partner; `person` is its point of contact. */
export const partnerFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('Partner', 'partner.id'),
      name: { sql: ['partner.name'] },
      'settings.ownsAllTransactionalConversations': { sql: ['partner.owns_all_transactional_conversations'] },
    },
    nullable: { 'settings.pointOfContact': 'settings.pointOfContact.id' },
  },
  { 'settings.pointOfContact': partnerUserFields },
);
