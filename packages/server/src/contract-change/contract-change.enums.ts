import { registerEnum } from '../graphql/register-enum.ts';
import type {
  ContractChangeAction,
  ContractChangeStatus,
  ContractChangeStatusReason,
  ContractChangeType,
} from './contract-change.rules.ts';

export const ContractChangeTypeEnum = registerEnum<ContractChangeType>('ContractChangeType', 'The kind of a contract change.', {
  RENEWAL: 'The contract goes on for another term.',
  CONTACT_TIER_UPGRADE: 'The contract moves to a higher contact tier.',
  EMAIL_OVERAGE: 'More e-mails were sent than the limit allows; the limit is raised.',
});

export const ContractChangeStatusEnum = registerEnum<ContractChangeStatus>('ContractChangeStatus', 'Where a contract change stands.', {
  PENDING: 'The customer has not decided yet.',
  CONFIRMED: 'The customer accepted an upgrade or overage.',
  RENEWED: 'The customer accepted the renewal, or its deadline has passed and it renews by itself.',
  CANCELLATION_REQUESTED: 'The customer requested cancellation in time.',
});

export const ContractChangeStatusReasonEnum = registerEnum<ContractChangeStatusReason>(
  'ContractChangeStatusReason',
  'Why a contract change has its status.',
  {
    AWAITING_DECISION: 'No decision stands and none is due by itself.',
    ACCEPTED: "The customer's acceptance stands.",
    AUTO_RENEWED: 'The deadline passed without a cancellation.',
    CANCELLATION_REQUESTED: "The customer's request to cancel stands.",
  },
);

export const ContractChangeActionEnum = registerEnum<ContractChangeAction>(
  'ContractChangeAction',
  'What can be recorded of a customer about a contract change.',
  {
    ACCEPT: 'The customer accepts the new terms.',
    REQUEST_CANCELLATION: 'The customer requests cancellation.',
    WITHDRAW_CANCELLATION: 'The customer withdraws the request to cancel.',
  },
);
