import { act, actSelection } from '../data/act.ts';
import { client } from '../data/client.ts';
import { settle } from '../acts/outcome.ts';
import { formatIn } from '../text/format.ts';
import { currentLanguage, currentTexts } from '../text/language.ts';
import { drawerTexts } from './drawer.texts.ts';

type Named = { readonly id: string; readonly name: string };
/** All changes of a customer, or one change. */
export type MuteTarget = { readonly customerId: string; readonly contractChangeId?: never } | { readonly contractChangeId: string };

const nothing = () => () => {};

/** Mutes all reminders of a customer, those of the viewer or those for everyone. */
export function mute(customer: Named, { until, forEveryone }: { until: string | null; forEveryone: boolean }): void {
  const input = { customerId: customer.id, until, forEveryone };
  const result = act({
    patch: nothing,
    send: async (options) => (await client.mutate({ muteReminders: { $: { input }, ...actSelection() } }, options)).muteReminders,
  });
  told(result, customer, customer.id, () => currentTexts(drawerTexts).muteDone);
}

/** Ends mutes of a customer or of a change. */
export function unmute(customer: Named, target: MuteTarget, forEveryone: boolean): void {
  const result = act({
    patch: nothing,
    send: async (options) =>
      (await client.mutate({ unmuteReminders: { $: { input: { ...target, forEveryone } }, ...actSelection() } }, options)).unmuteReminders,
  });
  told(result, customer, target.contractChangeId ?? customer.id, () => currentTexts(drawerTexts).unmuteDone);
}

/** Postpones the viewer's reminders of a change to a day. */
export function snooze(customer: Named, contractChangeId: string, until: string): void {
  const result = act({
    patch: nothing,
    send: async (options) =>
      (await client.mutate({ snoozeReminders: { $: { input: { contractChangeId, until } }, ...actSelection() } }, options)).snoozeReminders,
  });
  told(result, customer, contractChangeId, () => currentTexts(drawerTexts).snoozeDone(formatIn(currentLanguage()).date(until)));
}

function told(result: ReturnType<typeof act>, customer: Named, id: string, done: () => string): void {
  void settle(result, { place: `mute:${id}`, customer, done, chosen: done, isSo: () => false, now: () => '', onNow: () => undefined });
}
