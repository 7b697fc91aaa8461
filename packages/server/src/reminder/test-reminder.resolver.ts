import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, Field, Info, InputType, Mutation, Resolver } from 'type-graphql';
import { partnerRoles } from '../access/role.rules.ts';
import type { Translated } from '../contract-change/contract-change.columns.ts';
import { LocaleEnum } from '../dashboard/dashboard-column.enums.ts';
import type { RequestContext } from '../graphql/context.ts';
import { Input } from '../graphql/input.arg.ts';
import { edgeDescription, payloadOf } from '../graphql/payload.type.ts';
import { mutate } from '../writing/mutation.ts';
import { readBack, readEdge } from '../writing/read-back.ts';
import type { Outcome } from '../writing/write.ts';
import { findReminders } from './reminder.queries.ts';
import { reminders } from './reminder.source.ts';
import { Reminder, ReminderConnection } from './reminder.type.ts';
import { languageOf } from './reminder-settings.input.ts';
import { planTestReminder } from './test-reminder.queries.ts';

@InputType({ description: 'Input of sendTestReminder.' })
class SendTestReminderInput {
  @Field(() => LocaleEnum, { nullable: true, description: "The language. Default: that of the viewer's reminders." })
  language?: keyof Translated | null;
}

const SendTestReminderPayload = payloadOf('SendTestReminder', {
  reminder: Reminder,
  reminderEdge: [ReminderConnection.Edge, edgeDescription],
});

@Resolver()
export class TestReminderResolver {
  @Mutation(() => SendTestReminderPayload, {
    description:
      "Sends a reminder with made-up contents to the viewer's own address, at most 5 an hour. Requires role VIEWER, MANAGER or ADMIN.",
  })
  async sendTestReminder(
    @Input(() => SendTestReminderInput) input: SendTestReminderInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ) {
    const outcome = await mutate({ context, info, input, allowed: partnerRoles }, (write) =>
      planTestReminder(write, { language: input.language == null ? null : languageOf(input.language), isSent: context.mail.isSent }),
    );
    const [payload, reminderEdge] = await Promise.all([
      readBack(context, info, outcome, { reminder: reminders }),
      readEdge(context, info, (outcome as Outcome<'reminder'>).reminderId, {
        ...{ field: 'reminderEdge', fields: reminders.fields },
        find: (reader, wanted, id) => findReminders(reader, wanted, { id }),
      }),
    ]);
    return { ...payload, reminderEdge };
  }
}
