/** Actions on a customer or one of its contract changes. The timeline shows them, with a sentence for each. */
export type CustomerAction =
  | 'SET_COMMUNICATION_OWNER'
  | 'SET_PRIMARY_CONTACT'
  | 'CLEAR_PRIMARY_CONTACT'
  | 'END_ASSOCIATION'
  | 'RESUME_ASSOCIATION'
  | 'END_CONTRACT'
  | 'RESUME_CONTRACT'
  | 'MOVE_CONTRACT'
  | 'MERGE_ACCOUNTS'
  | 'ACCEPT'
  | 'REQUEST_CANCELLATION'
  | 'WITHDRAW_CANCELLATION';

/** Actions on the partner as a whole. No timeline shows them. */
export type PartnerAction =
  | 'CREATE_API_KEY'
  | 'CREATE_SAVED_VIEW'
  | 'CREATE_USER'
  | 'DELETE_SAVED_VIEW'
  | 'IMPORT'
  | 'OPERATOR_ACCESS'
  | 'REMOVE_USER'
  | 'REVOKE_API_KEY'
  | 'SET_USER_ROLE'
  | 'UPDATE_DASHBOARD_COLUMNS'
  | 'UPDATE_PARTNER_SETTINGS'
  | 'UPDATE_SAVED_VIEW';
