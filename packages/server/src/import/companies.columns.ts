import { searchText } from '../customer/search-text.ts';
import { hubId, text, website } from './cell.parsers.ts';
import type { ImportFile } from './import-file.ts';

export const companiesFile: ImportFile = {
  name: 'companies.csv',
  noun: 'company',
  key: ['hub_id'],
  columns: [
    {
      header: 'Record ID',
      aliases: ['Hub ID', 'Company ID', 'Record ID - Company'],
      isRequired: true,
      into: { hub_id: 'bigint' },
      parse: hubId,
    },
    { header: 'Company name', aliases: ['Name', 'Company'], isRequired: true, into: { name: 'text' }, parse: text(255) },
    {
      header: 'Company Domain Name',
      aliases: ['Domain', 'Domain name', 'Website', 'Website URL'],
      into: { website: 'text', website_key: 'text' },
      parse: website,
    },
  ],
  derived: { search_text: { type: 'text', of: (row) => searchText(row['name']!, row['website']!) } },
};
