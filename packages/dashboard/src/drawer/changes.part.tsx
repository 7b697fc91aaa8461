import { Caret } from '../acts/caret.tsx';
import { DecisionItems, isVendors, useHasDecisions } from '../acts/decision.items.tsx';
import { NoticeAt } from '../acts/notices.tsx';
import { client } from '../data/client.ts';
import { useFormat } from '../text/format.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { StatusChip } from '../ui/chip.tsx';
import { Menu } from '../ui/menu.tsx';
import { changesSelection, type Change, type Details } from './drawer.selection.ts';
import { drawerTexts } from './drawer.texts.ts';
import { More } from './more.tsx';
import { MutesLine, SnoozeItems } from './mutes.part.tsx';
import { usePages } from './paged.ts';
import { Part } from './part.tsx';

/** All changes of the customer's contracts: those to come, and the past. */
export function ChangesPart({ customer }: { customer: Details }) {
  const text = useTexts(drawerTexts);
  const { nodes, ...more } = usePages(
    customer.contractChanges,
    async (after) => (await client.customer({ id: customer.id }, changesSelection(after)))?.contractChanges,
  );
  // The latest comes first; what comes next is read from the top.
  const upcoming = nodes.filter(({ daysUntilEffective }) => daysUntilEffective >= 0).reverse();
  const past = nodes.filter(({ daysUntilEffective }) => daysUntilEffective < 0);
  return (
    <>
      <Part title={text.upcoming}>
        {upcoming[0] ? <Changes changes={upcoming} customer={customer} /> : <p className="mute">{text.noUpcoming}</p>}
      </Part>
      {(past[0] || more.hasMore) && (
        <Part title={text.past}>
          <Changes changes={past} customer={customer} />
          <More {...more} />
        </Part>
      )}
    </>
  );
}

const Changes = ({ changes, customer }: { changes: readonly Change[]; customer: Details }) => (
  <ul className="changes">
    {changes.map((change) => (
      <ChangeItem key={change.id} change={change} customer={customer} />
    ))}
  </ul>
);

function ChangeItem({ change, customer }: { change: Change; customer: Details }) {
  const text = useTexts(drawerTexts);
  const format = useFormat();
  const labels = useLabels();
  const { type, status, statusReason, decision, effectiveDate, renewalDeadline, lastDecisionDate, daysUntilLastDecision: left } = change;
  const label = `${labels.value('contractType', type)} · ${format.date(effectiveDate)}`;
  const product = customer.products.find(({ contract }) => contract.id === change.contract.id)?.product;
  const [from, to, difference] = [change.currentTerms.mrr, change.newTerms.mrr, change.estimatedMrrChange];
  const isUpcoming = change.daysUntilEffective >= 0;
  const decided = { ...change, customer };
  const hasDecisions = useHasDecisions(decided);
  return (
    <li className={isUpcoming ? undefined : 'past'}>
      <div className="change-head">
        <b>
          {label}
          {product && <span className="mute"> · {product}</span>}
        </b>
        <StatusChip status={status} label={labels.value('status', status)} />
      </div>
      <p className="sub">
        {status === 'PENDING' && left < 0 ? text.tooLate : text.reason[statusReason](decision && format.date(decision.decidedOn))}
        {decision && ` · ${(decision.onBehalfOfCustomer ? text.byOnBehalf : text.by)(decision.recordedBy)}`}
      </p>
      {status === 'CANCELLATION_REQUESTED' && <p>{type === 'RENEWAL' ? text.contractEnds(format.date(effectiveDate)) : text.dropped}</p>}
      {change.lateCancellationRequest && <p className="sub">{text.late}</p>}
      <p className="change-terms">
        {status === 'PENDING' && left >= 0 ? (
          <span>{(isVendors(decided) ? text.vendorUntil : text.decideUntil)(format.date(lastDecisionDate), text.daysLeft(left))}</span>
        ) : (
          renewalDeadline && <span>{text.deadline(format.date(renewalDeadline))}</span>
        )}
        <span>
          {text.mrr}{' '}
          {from.amount === to.amount && from.currencyCode === to.currencyCode
            ? format.money(to)
            : `${format.money(from)} → ${format.money(to)}`}
          {difference && !/^-?0*\.?0*$/.test(difference.amount) && <span className="mute"> ({format.difference(difference)})</span>}
        </span>
      </p>
      {isUpcoming && (
        <MutesLine
          mutes={change.reminderMutes.nodes.filter(({ coversCustomer }) => !coversCustomer)}
          target={{ contractChangeId: change.id }}
          customer={customer}
        />
      )}
      <div className="change-acts">
        {hasDecisions && (
          <Menu
            label={text.decideOn(label)}
            className="button small"
            button={
              <>
                {text.decide} <Caret />
              </>
            }
          >
            <DecisionItems change={decided} />
          </Menu>
        )}
        {isUpcoming && <SnoozeItems change={change} customer={customer} label={label} />}
      </div>
      <NoticeAt place={`decision:${change.id}`} />
    </li>
  );
}
