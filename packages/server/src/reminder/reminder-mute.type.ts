import { Field, ID, ObjectType } from 'type-graphql';
import type { CalendarDate } from '../calendar-date.ts';
import { connectionOf } from '../graphql/connection.type.ts';
import { cacheIdDescription } from '../graphql/node.type.ts';
import { DateScalar, DateTimeScalar } from '../graphql/scalars.ts';
import { PartnerUser } from '../partner/partner.entity.ts';

@ObjectType({ description: 'Reminders that are muted, with who did it and when.', simpleResolvers: true })
class ReminderMute {
  @Field(() => ID, { description: cacheIdDescription })
  id!: string;

  @Field(() => Boolean, { description: 'Whether it covers all changes of the customer, or else only one change.' })
  coversCustomer!: boolean;

  @Field(() => Boolean, { description: 'Whether it covers all users and the primary contact.' })
  forEveryone!: boolean;

  @Field(() => Boolean, { description: 'Whether it covers the viewer: as for everyone, or as the one user.' })
  coversViewer!: boolean;

  @Field(() => PartnerUser, { nullable: true, description: 'The one user that it covers; null for everyone, or if the user was removed.' })
  user!: object | null;

  @Field(() => Boolean, { description: 'Whether it was made by snoozeReminders: then a reminder comes on the day until.' })
  isSnooze!: boolean;

  @Field(() => DateScalar, { nullable: true, description: 'The day on which reminders come again; null until unmuteReminders.' })
  until!: CalendarDate | null;

  @Field(() => DateTimeScalar, { description: 'When it was muted.' })
  mutedAt!: Date;

  @Field(() => String, { description: 'Who muted it, by the name at that time.' })
  mutedBy!: string;
}

export const ReminderMuteConnection = connectionOf(ReminderMute, { description: 'Mutes of reminders, latest first.' });
