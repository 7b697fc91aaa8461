import { registerEnum } from '../graphql/register-enum.ts';
import type {
  ContractChangeAction,
  ContractChangeStatus,
  ContractChangeStatusReason,
  ContractChangeType,
} from './contract-change.rules.ts';

export const ContractChangeTypeEnum = registerEnum<ContractChangeType>(
  'ContractChangeType',
  'Type of a contract change. Order: RENEWAL, CONTACT_TIER_UPGRADE, EMAIL_OVERAGE.',
  {
    RENEWAL: 'The contract continues for another term.',
    CONTACT_TIER_UPGRADE: 'The contract moves to a higher contact tier.',
    EMAIL_OVERAGE: 'The customer sent more e-mails than the limit, so the limit increases.',
  },
);

export const ContractChangeStatusEnum = registerEnum<ContractChangeStatus>(
  'ContractChangeStatus',
  'Status of a contract change. Order: RENEWED, CONFIRMED, PENDING, CANCELLATION_REQUESTED.',
  {
    RENEWED: 'The customer accepted the renewal, or its deadline passed and it renews automatically.',
    CONFIRMED: 'The customer accepted an upgrade or overage.',
    PENDING: 'The customer has not decided yet.',
    CANCELLATION_REQUESTED: 'The customer requested cancellation in time.',
  },
);

export const ContractChangeStatusReasonEnum = registerEnum<ContractChangeStatusReason>(
  'ContractChangeStatusReason',
  'Reason for the status of a contract change.',
  {
    AWAITING_DECISION: 'There is no standing decision, and no automatic renewal yet.',
    ACCEPTED: 'The customer accepted the new terms.',
    AUTO_RENEWED: 'The deadline passed without a cancellation.',
    CANCELLATION_REQUESTED: 'The customer requested cancellation in time.',
  },
);

export const ContractChangeActionEnum = registerEnum<ContractChangeAction>(
  'ContractChangeAction',
  'A decision of a customer on a contract change.',
  {
    ACCEPT: 'The customer accepts the new terms.',
    REQUEST_CANCELLATION: 'The customer requests cancellation.',
    WITHDRAW_CANCELLATION: 'The customer withdraws the cancellation request.',
  },
);
