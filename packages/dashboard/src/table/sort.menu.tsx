import type { RenewalColumn } from '@partner-renewals/sdk';
import { columnOf } from '../data/column.keys.ts';
import { list } from '../data/list.store.ts';
import { useStore } from '../data/store.ts';
import { useKnown } from '../data/viewer.store.ts';
import { useConditions } from '../filters/use-conditions.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { Menu, MenuRadio } from '../ui/menu.tsx';
import { orderFieldOf } from './sorting.ts';
import { tableTexts } from './table.texts.ts';

/** Sorting where rows are cards and have no headings. */
export function SortMenu() {
  const text = useTexts(tableTexts);
  const labels = useLabels();
  const { columns } = useKnown();
  const shown = useStore(list).columns;
  const { conditions, change } = useConditions();
  const [first] = conditions.sort;
  const fieldOf = (column: RenewalColumn) => {
    const known = columns.find(({ key }) => columnOf(key) === column);
    return known && orderFieldOf(known);
  };
  const current = shown.find((column) => first && fieldOf(column) === first.field);
  const name = current ? labels.column(current) : text.sortDefault;
  return (
    <span className="sort-menu">
      <Menu label={`${text.sortBy}: ${name}`} button={`${name} ${first?.direction === 'DESC' ? '↓' : '↑'}`} className="pill">
        <MenuRadio checked={!first} onSelect={() => change({ sort: [] })}>
          {text.sortDefault}
        </MenuRadio>
        {shown.map((column) => {
          const field = fieldOf(column);
          if (!field) return null;
          const isCurrent = first?.field === field;
          const direction = isCurrent && first.direction === 'ASC' ? 'DESC' : 'ASC';
          return (
            <MenuRadio
              key={column}
              checked={isCurrent}
              detail={isCurrent ? (first.direction === 'ASC' ? text.ascending : text.descending) : undefined}
              onSelect={() => change({ sort: [{ field, direction }] })}
            >
              {labels.column(column)}
            </MenuRadio>
          );
        })}
      </Menu>
    </span>
  );
}
