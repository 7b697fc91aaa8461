import type { Source } from '../reading/source.ts';
import { partnerFields, partnerUserFields } from './partner.fields.ts';
import { findPartner, findPartnerUsers } from './partner.queries.ts';

/** The viewer's own partner is the only one there is. */
export const partners: Source = { type: 'Partner', fields: partnerFields, byIds: findPartner };

export const partnerUsers: Source = { type: 'PartnerUser', fields: partnerUserFields, byIds: findPartnerUsers };
