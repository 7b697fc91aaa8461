import { isEmailAddress } from '../email-address.ts';
import { largestHubId } from '../graphql/hub-id.ts';
import { parseWebsite } from '../customer/website.ts';
import type { ContractChangeType } from '../contract-change/contract-change.rules.ts';
import { Noted, Refusal, type Parsed } from './parsed.ts';
import { letters } from './period.parsers.ts';
import { remembered } from './remembered.ts';

/** Indexed texts must fit a B-tree page; longer ones are no names anyway. */
export const text =
  (maxLength: number) =>
  (cell: string): Parsed =>
    cell.length <= maxLength ? cell : new Refusal(`Longer than ${maxLength} characters.`);

const emptyWord = /^(?:null|\(null\)|#?n\/a|--?|–|—)$/i;

/** Whether a cell says nothing, in one of the ways that exports have for it. */
export const isEmpty = (cell: string) => cell === '' || (cell.length <= 6 && emptyWord.test(cell));

const noHubId = `A Hub ID is a whole number from 1 to ${largestHubId}.`;

export function hubId(cell: string): string | Refusal {
  if (/^\d{1,19}$/.test(cell)) {
    const id = BigInt(cell);
    if (id > 0n && id <= largestHubId) return id.toString();
  }
  return new Refusal(/^\d[.,]\d+E\+\d+$/i.test(cell) ? `${noHubId} Excel has shortened this one: format the column as a number.` : noHubId);
}

const severalIds = /^\d+(?:\s*[;,|]\s*\d+)+$/;

/** The customer a row belongs to. Of several the first one counts, as exports put the primary company there. */
export function customerReference(cell: string): Parsed {
  if (!severalIds.test(cell)) return hubId(cell);
  const [first = ''] = cell.split(/\s*[;,|]\s*/);
  const id = hubId(first);
  return id instanceof Refusal ? id : new Noted(id, `There are several ids; the first one, ${id}, was taken.`);
}

/** Ids as an array of PostgreSQL. */
export function hubIds(cell: string): Parsed {
  const ids = new Set<string>();
  // Some exports end the list with a separator.
  for (const part of cell.replace(/(?<=\d)[;,|\s]+$/, '').split(/[;,|\s]+/)) {
    const id = hubId(part);
    if (id instanceof Refusal) return id;
    ids.add(id);
  }
  return `{${[...ids].join(',')}}`;
}

/** Units of account and codes that Intl does not list. */
const otherCurrencies = ['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW', 'VED'];

const currencies = new Set([...Intl.supportedValuesOf('currency'), ...otherCurrencies]);

export function currency(cell: string): Parsed {
  const code = cell.toUpperCase();
  return currencies.has(code) ? code : new Refusal('Not a currency code of ISO 4217, such as EUR.');
}

const yes = new Set(['true', 'yes', 'y', '1', 'ja', 'wahr', 'on']);
const no = new Set(['false', 'no', 'n', '0', 'nein', 'falsch', 'off']);

export function boolean(cell: string): Parsed {
  const word = cell.toLowerCase();
  if (yes.has(word)) return 'true';
  return no.has(word) ? 'false' : new Refusal('Neither true nor false.');
}

export function email(cell: string): Parsed {
  return isEmailAddress(cell) ? cell : new Refusal('Not an e-mail address.');
}

/** The website and the key by which it is looked up; of several the first. */
export function website(cell: string): Parsed {
  const hosts = cell.split(/[;,\s]+/).filter(Boolean);
  const found = parseWebsite(hosts[0] ?? '');
  if (!found) return new Refusal('Not the host name of a website, such as example.com.');
  const parsed = [found.website, found.key];
  return hosts.length === 1 ? parsed : new Noted(parsed, `There are several websites; the first one, ${found.key}, was taken.`);
}

const changeTypes = new Map<string, ContractChangeType>([
  ...['renewal', 'Verlängerung'].map((label) => [letters(label), 'RENEWAL'] as const),
  ...['contact tier upgrade', 'contact upgrade', 'Kontakt-Upgrade'].map((label) => [letters(label), 'CONTACT_TIER_UPGRADE'] as const),
  ...['email overage', 'Überziehung des E-Mail-Volumens'].map((label) => [letters(label), 'EMAIL_OVERAGE'] as const),
]);

export const contractChangeType = remembered(
  (cell) => changeTypes.get(letters(cell)) ?? new Refusal('Not one of renewal, contact upgrade and email overage.'),
);

const statuses = new Map<string, 'ACTIVE' | 'NON_RENEWING' | 'ENDED'>([
  ...['active', 'in trial', 'trialing', 'trial', 'past due', 'unpaid', 'paused', 'suspended', 'pending', 'future', 'scheduled', 'live']
    .concat(['incomplete', 'draft', 'disabled', 'aktiv', 'laufend', 'pausiert', 'ausstehend'])
    .map((label) => [letters(label), 'ACTIVE'] as const),
  ...['non renewing', 'will not renew', 'läuft aus'].map((label) => [letters(label), 'NON_RENEWING'] as const),
  ...['canceled', 'cancelled', 'expired', 'incomplete expired', 'deleted', 'ended', 'terminated', 'inactive', 'transferred', 'churned']
    .concat(['gekündigt', 'beendet', 'abgelaufen', 'storniert', 'inaktiv'])
    .map((label) => [letters(label), 'ENDED'] as const),
]);

/** Whether a contract lives. */
export const contractStatus = remembered(
  (cell) => statuses.get(letters(cell)) ?? new Refusal('Not a status such as active, cancelled and expired.'),
);
