import { boolean, email, hubId, text } from './cell.parsers.ts';
import type { ImportFile } from './import-file.ts';

export const contactsFile: ImportFile = {
  name: 'contacts.csv',
  noun: 'contact',
  key: ['external_id'],
  columns: [
    {
      header: 'Record ID',
      aliases: ['Contact ID', 'Record ID - Contact'],
      isRequired: true,
      into: { external_id: 'text' },
      parse: text(100),
    },
    { header: 'First name', aliases: ['Given name', 'Vorname'], into: { first_name: 'text' }, parse: text(125) },
    { header: 'Last name', aliases: ['Family name', 'Surname', 'Nachname'], into: { last_name: 'text' }, parse: text(125) },
    { header: 'E-mail', aliases: ['E-mail address', 'E-Mail-Adresse'], isRequired: true, into: { email: 'text' }, parse: email },
    { header: 'Job title', aliases: ['Position'], into: { job_title: 'text' }, parse: text(255) },
    {
      header: 'Associated Company ID',
      aliases: ['Hub ID', 'Company ID', 'Record ID - Company', 'Associated Company'],
      isRequired: true,
      into: { hub_id: 'bigint' },
      parse: hubId,
    },
    // An empty cell, like a missing column, means active.
    { header: 'Active', aliases: ['Is active', 'Aktiv'], into: { is_active: 'boolean' }, parse: boolean },
  ],
  derived: { name: { type: 'text', of: (row) => [row['first_name'], row['last_name']].filter(Boolean).join(' ') } },
  check: (row) =>
    row['first_name'] === null && row['last_name'] === null ? [{ header: 'Last name', reason: 'A first or a last name is needed.' }] : [],
};
