import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import type { Details } from './drawer.selection.ts';
import { drawerTexts } from './drawer.texts.ts';
import { Part } from './part.tsx';

/** What the customer is subscribed to, at the terms of today. */
export function ProductsPart({ customer: { products, contractChanges } }: { customer: Details }) {
  const text = useTexts(drawerTexts);
  const format = useFormat();
  return (
    <Part title={text.products}>
      {!products[0] && <p className="mute">{text.noProducts}</p>}
      <ul className="products">
        {products.map(({ id, product, contract }) => {
          const { billingFrequency, billingIntervalMonths, subscriptionTermMonths, maxContacts, emailLimit, mrr } = contract.terms;
          // A contract whose next renewal is cancelled does not renew.
          const end = contractChanges.nodes.find(
            (change) =>
              change.contract.id === contract.id &&
              change.effectiveDate === contract.renewalStartDate &&
              change.type === 'RENEWAL' &&
              change.status === 'CANCELLATION_REQUESTED',
          );
          const endsOn = contract.endedOn ?? end?.effectiveDate;
          const next = endsOn
            ? text.ends(format.date(endsOn))
            : contract.renewalStartDate && text.renews(format.date(contract.renewalStartDate));
          return (
            <li key={id}>
              <div className="product-head">
                <b>{product}</b>
                <span>{format.money(mrr)}</span>
              </div>
              <p className="sub">
                {[
                  subscriptionTermMonths && `${text.term} ${text.months(subscriptionTermMonths)}`,
                  next,
                  billingFrequency && `${text.billing} ${text.frequency[billingFrequency](billingIntervalMonths ?? 0)}`,
                  text.notice(contract.noticePeriodDays),
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
              <p className="sub">
                {text.maxContacts}: {maxContacts === null ? text.noLimit : format.number(maxContacts)} · {text.emailLimit}:{' '}
                {emailLimit === null ? text.noLimit : format.number(emailLimit)}
              </p>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}
