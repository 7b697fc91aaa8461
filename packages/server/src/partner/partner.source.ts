import type { Source } from '../reading/source.ts';
import { partnerFields, partnerUserFields } from './partner.fields.ts';
import { findPartner, findPartnerUsers } from './partner.queries.ts';

/** Finds only the viewer's own partner. */
export const partners: Source = { type: 'Partner', fields: partnerFields, byIds: findPartner };

export const partnerUsers: Source = { type: 'PartnerUser', fields: partnerUserFields, byIds: findPartnerUsers };
