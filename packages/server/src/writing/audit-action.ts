/** What is done to a customer or one of its contract changes: the timeline shows it, and has a sentence for each. */
export type CustomerAction =
  | 'SET_COMMUNICATION_OWNER'
  | 'SET_PRIMARY_CONTACT'
  | 'CLEAR_PRIMARY_CONTACT'
  | 'END_ASSOCIATION'
  | 'RESUME_ASSOCIATION'
  | 'ACCEPT'
  | 'REQUEST_CANCELLATION'
  | 'WITHDRAW_CANCELLATION';

/** What is done to the partner as a whole; no timeline shows it. */
export type PartnerAction =
  | 'CREATE_API_KEY'
  | 'CREATE_SAVED_VIEW'
  | 'CREATE_USER'
  | 'DELETE_SAVED_VIEW'
  | 'IMPORT'
  | 'OPERATOR_ACCESS'
  | 'REVOKE_API_KEY'
  | 'SET_USER_ROLE'
  | 'UPDATE_DASHBOARD_COLUMNS'
  | 'UPDATE_PARTNER_SETTINGS'
  | 'UPDATE_SAVED_VIEW';
