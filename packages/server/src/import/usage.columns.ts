import { count, date, hubId, text } from './cell.parsers.ts';
import type { ImportFile } from './import-file.ts';

export const usageFile: ImportFile = {
  name: 'usage.csv',
  noun: 'usage',
  key: ['hub_id', 'app', 'date'],
  columns: [
    {
      header: 'Hub ID',
      aliases: ['Company ID', 'Associated Company ID', 'Record ID - Company'],
      isRequired: true,
      into: { hub_id: 'bigint' },
      parse: hubId,
    },
    { header: 'App', aliases: ['App name', 'Application'], isRequired: true, into: { app: 'text' }, parse: text(255) },
    { header: 'Date', aliases: ['Day', 'Datum'], isRequired: true, into: { date: 'date' }, parse: date },
    { header: 'Contacts used', aliases: ['Contacts'], into: { contacts_used: 'integer' }, parse: count },
    { header: 'E-mails sent', aliases: ['Emails'], into: { emails_sent: 'integer' }, parse: count },
    { header: 'Active users', aliases: ['Users'], into: { active_users: 'integer' }, parse: count },
  ],
};
