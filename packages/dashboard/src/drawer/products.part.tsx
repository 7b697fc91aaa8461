import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import type { Details } from './drawer.selection.ts';
import { drawerTexts } from './drawer.texts.ts';
import { Part } from './part.tsx';

/** What the customer is subscribed to, at the terms of today. */
export function ProductsPart({ products }: { products: Details['products'] }) {
  const text = useTexts(drawerTexts);
  const format = useFormat();
  return (
    <Part title={text.products}>
      {!products[0] && <p className="mute">{text.noProducts}</p>}
      <ul className="products">
        {products.map(({ id, product, contract }) => {
          const { billingFrequency, billingIntervalMonths, subscriptionTermMonths, maxContacts, emailLimit, mrr } = contract.terms;
          const next = contract.endedOn
            ? text.ends(format.date(contract.endedOn))
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
