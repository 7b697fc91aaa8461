import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTitle } from '../app/title.ts';
import { cameFrom, navigate, useAddress } from '../app/address.ts';
import { pageOf } from '../app/pages.ts';
import { Empty, Problem } from '../app/problem.tsx';
import { actsTexts } from '../acts/acts.texts.ts';
import { openDialog } from '../acts/dialogs.store.ts';
import { alongside } from '../data/act.ts';
import { useAnswer } from '../data/answer.ts';
import { client } from '../data/client.ts';
import { useMay, useViewer } from '../data/viewer.store.ts';
import { dateAt, useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Loading } from '../ui/loading.tsx';
import { Website } from '../ui/website.tsx';
import { Announcer } from '../ui/toast.tsx';
import { ChangesPart } from './changes.part.tsx';
import { ContactsPart } from './contacts.part.tsx';
import { drawerSelection, type Details, type Settings } from './drawer.selection.ts';
import { drawerTexts } from './drawer.texts.ts';
import { useNeighbours } from './neighbours.ts';
import { patched } from './patched.ts';
import { ProductsPart } from './products.part.tsx';
import { RemindersPart } from './reminders.part.tsx';
import { TimelinePart } from './timeline.part.tsx';
import { monthsUntil } from './usage.figures.ts';
import { plottedMonths, UsagePart } from './usage.part.tsx';

/** A customer's details beside the list. Its address keeps the search part of the list. */
export function CustomerDrawer({ customerId }: { customerId: string }) {
  const text = useTexts(drawerTexts);
  const { search } = useAddress();
  const { businessDate } = useViewer();
  const usageFrom = monthsUntil(businessDate, plottedMonths)[0]!;
  const [settings, setSettings] = useState<Settings | null>(null);
  const { value, problem, reload, show } = useAnswer(
    customerId,
    async (signal): Promise<Details | null> => {
      const { customer, viewer } = await client.query(drawerSelection(customerId, usageFrom), { signal });
      setSettings(viewer.partner.reminderSettings);
      return customer;
    },
    { forgets: true },
  );
  const isLeaving = useRef(false);
  const close = useCallback(() => {
    const from = cameFrom()?.split('?')[0];
    // Another page led here, such as the reminders of a customer.
    if (from === undefined || pageOf(from).name === 'renewals') return navigate(`/${search}`);
    // The step back comes a moment later, and must not be taken twice.
    if (!isLeaving.current) history.back();
    isLeaving.current = true;
  }, [search]);
  const neighbours = useNeighbours(customerId);
  const name = value?.name ?? neighbours.name;
  useTitle(value === null ? text.notFound : (name ?? text.reading));

  const latest = useRef(value);
  useEffect(() => void (latest.current = value));

  // Each act reads all of this again, in its own request.
  useEffect(() => {
    alongside.set({
      selection: drawerSelection(customerId, usageFrom),
      show: (query) => {
        const { customer } = query as { customer?: Details | null };
        if (customer !== undefined && (customer === null || customer.id === customerId)) show(customer);
      },
      patch: (shown) => {
        const before = latest.current;
        if (!before || before.id !== shown.customerId) return () => undefined;
        const after = patched(before, shown);
        show(after);
        return () => show((now) => (now === after ? before : now));
      },
    });
    return () => alongside.set(null);
  }, [customerId, usageFrom, show]);

  useEffect(
    () => () =>
      // The focus goes to the customer that was shown last, as soon as the table can take it.
      void setTimeout(() => document.querySelector<HTMLElement>(`a[data-customer="${CSS.escape(customerId)}"]`)?.focus()),
    [customerId],
  );

  function step(event: KeyboardEvent): void {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
    event.preventDefault();
    void (event.key === 'ArrowUp' ? neighbours.previous : neighbours.next)?.();
  }

  useEffect(() => {
    // An act may take away the button that had the focus.
    if (value && document.activeElement === document.body) document.querySelector<HTMLElement>('dialog.drawer h2')?.focus();
  }, [value]);

  return (
    <Dialog
      title={value === null ? text.notFound : (name ?? text.reading)}
      kind="drawer"
      onClose={close}
      closeLabel={text.close}
      onKeyDown={step}
      beside={<Steps previous={neighbours.previous} next={neighbours.next} />}
    >
      <Announcer />
      {value ? (
        <Shown customer={value} settings={settings} />
      ) : value === null ? (
        <Empty title={text.notFoundHint}>
          <button type="button" className="button" onClick={close}>
            {text.toList}
          </button>
        </Empty>
      ) : problem ? (
        <Problem error={problem} onRetry={reload} />
      ) : (
        <Loading label={text.reading} />
      )}
    </Dialog>
  );
}

type Step = (() => Promise<void>) | null;

function Steps({ previous, next }: { previous: Step; next: Step }) {
  const text = useTexts(drawerTexts);
  if (!previous && !next) return null;
  const steps = [
    { step: previous, label: text.previous, keys: 'Alt+ArrowUp', hint: text.previousHint, sign: '↑' },
    { step: next, label: text.next, keys: 'Alt+ArrowDown', hint: text.nextHint, sign: '↓' },
  ];
  return steps.map(({ step, label, keys, hint, sign }) => (
    <button
      key={keys}
      type="button"
      className="icon"
      // Not disabled: it would lose the focus at the end of the list.
      aria-disabled={step === null}
      aria-label={label}
      aria-keyshortcuts={keys}
      title={`${label} (${hint})`}
      onClick={() => void step?.()}
    >
      {sign}
    </button>
  ));
}

function Shown({ customer, settings }: { customer: Details; settings: Settings | null }) {
  const text = useTexts(drawerTexts);
  const format = useFormat();
  const acts = useTexts(actsTexts);
  const mayEnd = useMay('END_ASSOCIATION');
  const { businessTimeZone } = useViewer();
  const { website, hubId, association } = customer;
  return (
    <div className="drawer-parts" key={customer.id}>
      <p className="mute drawer-facts">
        {website && (
          <>
            <Website website={website} />
            {' · '}
          </>
        )}
        {hubId && `${text.hubId(hubId)} · `}
        {text.since(format.date(dateAt(association.startedAt, businessTimeZone)))}
      </p>
      <ContactsPart customer={customer} />
      <ChangesPart customer={customer} />
      <ProductsPart customer={customer} />
      <UsagePart customer={customer} />
      <RemindersPart customer={customer} settings={settings} />
      <TimelinePart customer={customer} />
      {mayEnd && (
        <div className="part">
          <button type="button" className="button bad" onClick={() => openDialog({ kind: 'end', account: customer })}>
            {acts.endAssociation} …
          </button>
        </div>
      )}
    </div>
  );
}
