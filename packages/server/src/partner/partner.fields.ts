import { idLeaf, withNested, type FieldTable } from '../reading/projection.ts';

/** A user of the partner under the alias w. */
export const partnerUserFields: FieldTable = {
  leaves: {
    id: idLeaf('PartnerUser', 'w.id'),
    name: { sql: ['w.name'] },
    email: { sql: ['w.email'] },
    role: { sql: ['w.role'] },
  },
};

/** A partner under the alias q; w is its point of contact. */
export const partnerFields: FieldTable = withNested(
  {
    leaves: {
      id: idLeaf('Partner', 'q.id'),
      name: { sql: ['q.name'] },
      'settings.ownsAllTransactionalConversations': { sql: ['q.owns_all_transactional_conversations'] },
    },
    nullable: { 'settings.pointOfContact': 'settings.pointOfContact.id' },
  },
  { 'settings.pointOfContact': partnerUserFields },
);
