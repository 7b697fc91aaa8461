import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Translated } from '../contract-change/contract-change.columns.ts';
import { LocaleEnum } from '../dashboard/dashboard-column.enums.ts';
import type { Reader } from '../database/reader.ts';
import type { RequestContext } from '../graphql/context.ts';
import { badInput } from '../graphql/errors.ts';
import { uuidOf } from '../graphql/global-id.ts';
import { previewReminder } from './preview.ts';
import { ReminderKindEnum } from './reminder.enums.ts';
import { ReminderPreview } from './reminder.type.ts';
import type { ReminderKind } from './reminder-kind.ts';
import { readReminderReaders } from './reminder-preference.queries.ts';
import { languageOf } from './reminder-settings.input.ts';
import { composeReminder } from './texts/compose-reminder.ts';

@Resolver()
export class ReminderPreviewResolver {
  @Query(() => ReminderPreview, {
    nullable: true,
    description:
      'What a reminder about a change would say now, to the viewer or to a usual reader. A notice to the customer is shown as to the primary contact. Nothing is sent. ' +
      'Null if the change is not upcoming, or if nobody would get it.',
  })
  async previewReminder(
    @Arg('contractChangeId', () => ID, { description: 'ID of the contract change.' }) contractChangeId: string,
    @Arg('kind', () => ReminderKindEnum, { description: 'A kind that is about one change: not WEEKLY_DIGEST, and not TEST.' })
    kind: ReminderKind,
    @Arg('language', () => LocaleEnum, { nullable: true, description: 'The language. Default: that of the reader.' })
    language: keyof Translated | null,
    @Ctx() { reader, businessTimeZone, mail: { vendorAddress }, now }: RequestContext,
  ): Promise<ReminderPreview | null> {
    if (kind === 'WEEKLY_DIGEST' || kind === 'TEST') throw badInput(`A preview is about one change, and ${kind} is not.`);
    const id = uuidOf('ContractChange', contractChangeId);
    if (id === null) return null;
    const userId = await readerOf(reader);
    if (userId === null && reader.viewer.role !== 'OPERATOR' && kind !== 'CUSTOMER_NOTICE') return null;
    const mail = await previewReminder(
      reader,
      { kind, contractChangeId: id, userId, language: language == null ? null : languageOf(language) },
      { now: new Date(now()), today: reader.today, businessTimeZone, vendorAddress },
    );
    return mail === null ? null : composeReminder(mail);
  }
}

/** The viewer; for a key without a user, one who gets reminders by default. The operator reads what the vendor gets. */
async function readerOf(reader: Reader): Promise<string | null> {
  const { partnerUserId, role } = reader.viewer;
  if (partnerUserId !== null || role === 'OPERATOR') return partnerUserId;
  const readers = await readReminderReaders(reader);
  return readers.find(({ usual }) => usual !== null)?.userId ?? null;
}
