import { ContractChange, ContractChangeDecisionRecord } from '../contract-change/contract-change.entity.ts';
import { Contract } from '../contract/contract.entity.ts';
import { AppUsage, Customer, CustomerAssociation, CustomerUser } from '../customer/customer.entity.ts';
import { Partner, PartnerUser } from '../partner/partner.entity.ts';

/** Every TypeORM entity; a test holds them together with what the migrations make. */
export const entities = [
  AppUsage,
  Contract,
  ContractChange,
  ContractChangeDecisionRecord,
  Customer,
  CustomerAssociation,
  CustomerUser,
  Partner,
  PartnerUser,
];
