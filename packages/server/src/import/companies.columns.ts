import { searchText } from '../customer/search-text.ts';
import { hubId, hubIds, text, website } from './cell.parsers.ts';
import { toldByRows, type ImportFile } from './import-file.ts';

export const companiesFile: ImportFile = {
  name: 'companies.csv',
  noun: 'company',
  key: ['hub_id'],
  otherKey: ['external_account_id'],
  columns: [
    {
      header: 'Record ID',
      aliases: ['Hub ID', 'Company ID', 'Record ID - Company', 'Datensatz-ID', 'hub_id (metadata)'],
      isRequired: true,
      unless: 'Account ID',
      into: { hub_id: 'bigint' },
      parse: hubId,
    },
    { header: 'Account ID', aliases: ['Microsoft ID', 'customers.id'], into: { external_account_id: 'text' }, parse: text(100) },
    {
      header: 'Company name',
      aliases: ['Name', 'Company', 'Unternehmensname', 'Firmenname'],
      isRequired: true,
      into: { name: 'text' },
      parse: text(255),
    },
    {
      header: 'Company Domain Name',
      aliases: [
        ...['Domain', 'Domain name', 'Primary domain name', 'Domainname des Unternehmens'],
        ...['Website', 'Website URL', 'Website-URL'],
      ],
      isDetail: true,
      into: { website: 'text', website_key: 'text' },
      parse: website,
    },
    {
      header: 'Merged object IDs',
      aliases: ['Merged record IDs', 'Zusammengeführte Objekt-IDs'],
      isDetail: true,
      into: { merged_hub_ids: 'bigint[]' },
      parse: hubIds,
    },
  ],
  derived: { ...toldByRows, search_text: { type: 'text', of: (row) => searchText(row['name']!, row['website']!) } },
};
