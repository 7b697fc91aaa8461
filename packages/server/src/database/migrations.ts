import type { MigrationInterface } from 'typeorm';
import { InitialSchema1790000000000 } from './migrations/1790000000000-initial-schema.ts';
import { Writes1790100000000 } from './migrations/1790100000000-writes.ts';
import { TableStatistics1790200000000 } from './migrations/1790200000000-table-statistics.ts';
import { KeysInUse1790300000000 } from './migrations/1790300000000-keys-in-use.ts';
import { SortKeys1790400000000 } from './migrations/1790400000000-sort-keys.ts';
import { Accounts1790500000000 } from './migrations/1790500000000-accounts.ts';
import { SearchText1790550000000 } from './migrations/1790550000000-search-text.ts';
import { ToldLate1790600000000 } from './migrations/1790600000000-told-late.ts';
import { PassingInPieces1790710000000 } from './migrations/1790710000000-passing-in-pieces.ts';
import { People1790720000000 } from './migrations/1790720000000-people.ts';
import { AppUsageByDay1790740000000 } from './migrations/1790740000000-app-usage-by-day.ts';
import { PassingByContract1790770000000 } from './migrations/1790770000000-passing-by-contract.ts';
import { Reminders1790800000000 } from './migrations/1790800000000-reminders.ts';
import { OutboxSurvey1790810000000 } from './migrations/1790810000000-outbox-survey.ts';
import { ReminderPlanning1790820000000 } from './migrations/1790820000000-reminder-planning.ts';
import { Sessions1790830000000 } from './migrations/1790830000000-sessions.ts';
import { DefaultViews1790840000000 } from './migrations/1790840000000-default-views.ts';
import { Backup1790870000000 } from './migrations/1790870000000-backup.ts';
import { PlainPolicies1790910000000 } from './migrations/1790910000000-plain-policies.ts';
import { MadeKeys1790930000000 } from './migrations/1790930000000-made-keys.ts';
import { FewerRights1790940000000 } from './migrations/1790940000000-fewer-rights.ts';

/** Every migration, oldest first. */
export const migrations: (new () => MigrationInterface)[] = [
  InitialSchema1790000000000,
  Writes1790100000000,
  TableStatistics1790200000000,
  KeysInUse1790300000000,
  SortKeys1790400000000,
  Accounts1790500000000,
  SearchText1790550000000,
  ToldLate1790600000000,
  PassingInPieces1790710000000,
  People1790720000000,
  AppUsageByDay1790740000000,
  PassingByContract1790770000000,
  Reminders1790800000000,
  OutboxSurvey1790810000000,
  ReminderPlanning1790820000000,
  Sessions1790830000000,
  DefaultViews1790840000000,
  Backup1790870000000,
  PlainPolicies1790910000000,
  MadeKeys1790930000000,
  FewerRights1790940000000,
];

export const migrationNames: readonly string[] = migrations.map((migration) => migration.name);
