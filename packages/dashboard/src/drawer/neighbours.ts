import { currentAddress, navigate } from '../app/address.ts';
import { customerPath } from '../acts/customer.path.ts';
import { list, type List } from '../data/list.store.ts';
import { readNext, readPrevious } from '../data/list.window.ts';
import { useStore } from '../data/store.ts';

const customersOf = ({ rows }: List): readonly string[] => [...new Set(rows.map(({ customer }) => customer.id))];

const go = (id: string | undefined): void => {
  if (id) navigate(customerPath(id, currentAddress().search), { replace: true });
};

/** The customers before and after one in the list; further rows are read at its ends. */
export function useNeighbours(customerId: string) {
  const now = useStore(list);
  const customers = customersOf(now);
  const at = customers.indexOf(customerId);
  const isListed = at >= 0;
  return {
    name: now.rows.find(({ customer }) => customer.id === customerId)?.customer.name,
    previous:
      isListed && (at > 0 || now.hasPreviousPage)
        ? async () => {
            if (at === 0) await readPrevious();
            const all = customersOf(list.get());
            go(all[all.indexOf(customerId) - 1]);
          }
        : null,
    next:
      isListed && (at < customers.length - 1 || now.hasNextPage)
        ? async () => {
            if (at === customers.length - 1) await readNext();
            const all = customersOf(list.get());
            go(all[all.indexOf(customerId) + 1]);
          }
        : null,
  };
}
