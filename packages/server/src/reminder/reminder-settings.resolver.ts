import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Mutation, Resolver, Root } from 'type-graphql';
import { adminRoles, partnerRoles } from '../access/role.rules.ts';
import type { RequestContext } from '../graphql/context.ts';
import { Input } from '../graphql/input.arg.ts';
import { payloadOf } from '../graphql/payload.type.ts';
import { Partner } from '../partner/partner.entity.ts';
import { partners } from '../partner/partner.source.ts';
import { resolveViewer, Viewer } from '../partner/viewer.resolver.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack } from '../writing/read-back.ts';
import { weekdays, type ReminderChoice } from './reminder.enums.ts';
import { localeOf } from './reminder.fields.ts';
import { readReminderReaders } from './reminder-preference.queries.ts';
import type { Preference } from './reminder-preference.writers.ts';
import { updateOwnReminderSettings, updateReminderSettings } from './reminder-settings-edit.queries.ts';
import { languageOf, settingsOf, UpdateMyReminderSettingsInput, UpdateReminderSettingsInput } from './reminder-settings.input.ts';
import { readReminderSettings } from './reminder-settings.queries.ts';
import { ReminderSettingsType, ViewerReminderSettings } from './reminder-settings.type.ts';

const UpdateReminderSettingsPayload = payloadOf('UpdateReminderSettings', { partner: Partner });
const UpdateMyReminderSettingsPayload = payloadOf('UpdateMyReminderSettings', { viewer: Viewer });

@Resolver(() => Partner)
export class PartnerReminderSettingsResolver {
  @FieldResolver(() => ReminderSettingsType, { description: 'How the reminders of the partner are sent.' })
  async reminderSettings(@Root() _partner: Partner, @Ctx() { reader }: RequestContext): Promise<ReminderSettingsType> {
    const { language, customerLanguage, digestWeekday, ...settings } = await readReminderSettings(reader);
    return {
      ...settings,
      language: localeOf(language)!,
      customerLanguage: localeOf(customerLanguage)!,
      digestWeekday: weekdays[digestWeekday - 1]!,
    };
  }

  @Mutation(() => UpdateReminderSettingsPayload, {
    description: 'Changes how the reminders of the partner are sent. Requires role ADMIN.',
  })
  async updateReminderSettings(
    @Input(() => UpdateReminderSettingsInput) input: UpdateReminderSettingsInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: adminRoles }, (write) =>
      updateReminderSettings(write, settingsOf(input), input.expectedVersion ?? null),
    );
    return await readBack(context, info, outcome, { partner: partners });
  }
}

@Resolver(() => Viewer)
export class ViewerReminderSettingsResolver {
  @FieldResolver(() => ViewerReminderSettings, {
    nullable: true,
    description: 'Which reminders the viewer gets; null for the operator and for an API key of the partner itself.',
  })
  async reminderSettings(@Root() _viewer: Viewer, @Ctx() { reader }: RequestContext): Promise<ViewerReminderSettings | null> {
    const { partnerUserId } = reader.viewer;
    const [found] = partnerUserId === null ? [] : await readReminderReaders(reader, [partnerUserId]);
    if (found === undefined) return null;
    const { chosen, onlyOwnCustomers, language } = found;
    const switchOf = (name: 'deadlineReminders' | 'afterTheFact' | 'weeklyDigest') => ({
      ...{ choice: choiceOf(chosen[name]), isOn: found[name] },
    });
    return {
      ...{
        deadlineReminders: switchOf('deadlineReminders'),
        afterTheFact: switchOf('afterTheFact'),
        weeklyDigest: switchOf('weeklyDigest'),
      },
      ...{ onlyOwnCustomers, language: localeOf(language)!, chosenLanguage: localeOf(chosen.language) },
    };
  }

  @Mutation(() => UpdateMyReminderSettingsPayload, {
    description: "Changes which reminders the viewer's user gets. Requires role VIEWER, MANAGER or ADMIN.",
  })
  async updateMyReminderSettings(
    @Input(() => UpdateMyReminderSettingsInput) input: UpdateMyReminderSettingsInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const { userErrors } = await mutate({ context, info, input, allowed: partnerRoles }, (write) =>
      updateOwnReminderSettings(write, preferenceOf(input)),
    );
    return { viewer: userErrors.length === 0 ? await resolveViewer(context, info, 'viewer') : null, userErrors };
  }
}

const choices: Record<ReminderChoice, boolean | null> = { DEFAULT: null, ON: true, OFF: false };

const choiceOf = (chosen: boolean | null): ReminderChoice => (chosen === null ? 'DEFAULT' : chosen ? 'ON' : 'OFF');

function preferenceOf({ deadlineReminders, afterTheFact, weeklyDigest, onlyOwnCustomers, language }: UpdateMyReminderSettingsInput) {
  return {
    ...(deadlineReminders != null && { deadline_reminders: choices[deadlineReminders] }),
    ...(afterTheFact != null && { after_the_fact: choices[afterTheFact] }),
    ...(weeklyDigest != null && { weekly_digest: choices[weeklyDigest] }),
    ...(onlyOwnCustomers != null && { only_own_customers: onlyOwnCustomers }),
    ...(language !== undefined && { language: language === null ? null : languageOf(language) }),
  } satisfies Partial<Preference>;
}
