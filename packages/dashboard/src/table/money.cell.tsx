import { useFormat, type Amount } from '../text/format.ts';

/** An amount with its currency in small print, and the difference beneath. */
export function MoneyCell({ money, difference }: { money: Amount | undefined; difference?: Amount | null | undefined }) {
  const format = useFormat();
  if (!money) return null;
  const change = difference && Number(difference.amount);
  return (
    <>
      {format.amount(money)} <span className="currency">{money.currencyCode}</span>
      {difference && change !== 0 && <span className={`difference ${change! > 0 ? 'up' : 'down'}`}>{format.difference(difference)}</span>}
    </>
  );
}
