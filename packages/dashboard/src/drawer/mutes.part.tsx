import { Caret } from '../acts/caret.tsx';
import { NoticeAt } from '../acts/notices.tsx';
import { useMay, useViewer } from '../data/viewer.store.ts';
import { addDays, useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import type { Change, Details, Mute } from './drawer.selection.ts';
import { drawerTexts } from './drawer.texts.ts';
import { mute, snooze, unmute, type MuteTarget } from './mutes.acts.ts';

/** Reminders go to users: a key without a user has none of its own to mute. */
const useMayMuteOwn = (): boolean => useMay('MUTE_REMINDERS') && useViewer().user !== null;

const Muted = () => (
  <svg className="bell" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M4 11V7a4 4 0 0 1 8 0v4l1 1H3zM7 14h2M2 2l12 12" />
  </svg>
);

/** Mutes that hold, each with a way to end it. */
export function MutesLine({ mutes, target, customer }: { mutes: readonly Mute[]; target: MuteTarget; customer: Details }) {
  const text = useTexts(drawerTexts);
  const format = useFormat();
  const mayOwn = useMayMuteOwn();
  const mayAll = useMay('MUTE_REMINDERS_FOR_EVERYONE');
  return (
    <>
      {mutes.map(({ id, forEveryone, coversViewer, isSnooze, mutedBy, until }) => (
        <p key={id} className="muted">
          <Muted />
          <span>
            {forEveryone
              ? text.mutedForAll(mutedBy)
              : coversViewer
                ? isSnooze && until
                  ? text.snoozed(format.date(until))
                  : text.mutedMine
                : text.mutedOf(mutedBy)}
            {until && !(isSnooze && coversViewer) && ` ${text.until(format.date(until))}`}
          </span>
          {(forEveryone ? mayAll : mayOwn && coversViewer) && (
            <button type="button" className="link" onClick={() => unmute(customer, target, forEveryone)}>
              {text.unmute}
            </button>
          )}
        </p>
      ))}
      <NoticeAt place={`mute:${target.contractChangeId ?? customer.id}`} />
    </>
  );
}

/** Mutes all reminders of the customer. */
export function MuteMenu({ customer }: { customer: Details }) {
  const text = useTexts(drawerTexts);
  const { businessDate } = useViewer();
  const mayOwn = useMayMuteOwn();
  const mayAll = useMay('MUTE_REMINDERS_FOR_EVERYONE');
  if (!mayOwn && !mayAll) return null;
  return (
    <Menu
      label={text.mute}
      className="button small"
      button={
        <>
          {text.mute} <Caret />
        </>
      }
    >
      {mayOwn && <MenuItem onSelect={() => mute(customer, { until: null, forEveryone: false })}>{text.muteMine}</MenuItem>}
      {mayOwn && (
        <MenuItem onSelect={() => mute(customer, { until: addDays(businessDate, 7), forEveryone: false })}>{text.muteMineWeek}</MenuItem>
      )}
      {mayAll && (
        <MenuItem detail={text.muteAllHint} onSelect={() => mute(customer, { until: null, forEveryone: true })}>
          {text.muteAll}
        </MenuItem>
      )}
    </Menu>
  );
}

/** Postpones the viewer's reminders of one change. The API says which days are possible. */
export function SnoozeItems({ change, customer, label }: { change: Change; customer: Details; label: string }) {
  const text = useTexts(drawerTexts);
  const format = useFormat();
  const { businessDate } = useViewer();
  const days = [1, 3, 7, 14].filter((each) => each <= change.daysUntilLastDecision);
  if (!useMayMuteOwn() || change.status !== 'PENDING' || !days[0]) return null;
  return (
    <Menu
      label={`${text.snooze}: ${label}`}
      className="button small"
      button={
        <>
          {text.snooze} <Caret />
        </>
      }
    >
      {days.map((each) => {
        const until = addDays(businessDate, each);
        return (
          <MenuItem key={each} onSelect={() => snooze(customer, change.id, until)}>
            {text.remindOn(format.date(until))}
          </MenuItem>
        );
      })}
    </Menu>
  );
}
