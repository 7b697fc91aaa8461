import { hubId, text } from './cell.parsers.ts';
import { date } from './date.parsers.ts';
import { toldByRows, type ImportFile } from './import-file.ts';
import { count } from './number.parsers.ts';

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
    { header: 'Contacts used', aliases: ['Contacts'], isNumber: true, isDetail: true, into: { contacts_used: 'integer' }, parse: count },
    { header: 'E-mails sent', aliases: ['Emails'], isNumber: true, isDetail: true, into: { emails_sent: 'integer' }, parse: count },
    { header: 'Active users', aliases: ['Users'], isNumber: true, isDetail: true, into: { active_users: 'integer' }, parse: count },
  ],
  derived: toldByRows,
};
