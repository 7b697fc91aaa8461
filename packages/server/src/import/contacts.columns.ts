import { boolean, customerReference, email, text } from './cell.parsers.ts';
import { toldByRows, type ImportFile } from './import-file.ts';

export const contactsFile: ImportFile = {
  name: 'contacts.csv',
  noun: 'contact',
  key: ['external_id'],
  columns: [
    {
      header: 'Record ID',
      aliases: ['Contact ID', 'Record ID - Contact', 'Kontakt-ID', 'Datensatz-ID'],
      isRequired: true,
      into: { external_id: 'text' },
      parse: text(100),
    },
    { header: 'First name', aliases: ['Given name', 'Vorname'], isDetail: true, into: { first_name: 'text' }, parse: text(125) },
    { header: 'Last name', aliases: ['Family name', 'Surname', 'Nachname'], isDetail: true, into: { last_name: 'text' }, parse: text(125) },
    {
      header: 'E-mail',
      aliases: ['E-mail address', 'E-Mail-Adresse', 'Work email'],
      isRequired: true,
      into: { email: 'text' },
      parse: email,
    },
    { header: 'Job title', aliases: ['Position', 'Jobtitel'], isDetail: true, into: { job_title: 'text' }, parse: text(255) },
    {
      header: 'Associated Company ID',
      // "Associated Company" is the company's name.
      aliases: [
        ...['Primary Associated Company ID', 'Associated Company IDs (Primary)', 'Zugehörige Unternehmens-ID (primär)'],
        ...['Hub ID', 'Company ID', 'Record ID - Company', 'Associated Company IDs'],
        ...['Zugehörige Unternehmens-ID', 'Zugehörige Unternehmens-IDs'],
      ],
      isRequired: true,
      mayBeEmpty: true,
      unless: 'Account ID',
      into: { hub_id: 'bigint' },
      parse: customerReference,
    },
    {
      header: 'Account ID',
      aliases: ['Customer ID', 'CustomerTenantId', 'customers.id'],
      into: { external_account_id: 'text' },
      parse: text(100),
    },
    // An empty cell means active, and so does a missing column when the contact is new.
    { header: 'Active', aliases: ['Is active', 'Aktiv'], isDetail: true, into: { is_active: 'boolean' }, parse: boolean },
  ],
  skip: (row, _, refused) =>
    row['hub_id'] === null && row['external_account_id'] === null && !refused.includes('hub_id')
      ? 'The contact belongs to no company and was left out.'
      : null,
  derived: {
    ...toldByRows,
    name: { type: 'text', of: (row) => [row['first_name'], row['last_name']].filter(Boolean).join(' ') || row['email']! },
  },
};
