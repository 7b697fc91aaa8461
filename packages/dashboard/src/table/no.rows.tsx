import { Empty } from '../app/problem.tsx';
import { writeConditions } from '../data/conditions.address.ts';
import { isFiltered, noConditions } from '../data/conditions.ts';
import { refresh } from '../data/list.window.ts';
import { useConditions } from '../filters/use-conditions.ts';
import { useTexts } from '../text/language.ts';
import { Link } from '../ui/link.tsx';
import { noRowsTexts } from './no-rows.texts.ts';
import { tableTexts } from './table.texts.ts';

/** Why there are no rows, and the next step. */
export function NoRows() {
  const text = useTexts(noRowsTexts);
  const { refresh: refreshLabel } = useTexts(tableTexts);
  const { conditions, change } = useConditions();
  const { query, isActionRequired } = conditions;
  if (!isFiltered(conditions))
    return (
      <Empty title={text.noChanges}>
        <p>{text.noChangesHint}</p>
        <button type="button" className="button" onClick={() => void refresh()}>
          {refreshLabel}
        </button>
      </Empty>
    );
  const isOnly = (given: Partial<typeof conditions>) => !isFiltered({ ...conditions, ...given });
  if (isActionRequired && isOnly({ isActionRequired: false }))
    return (
      <Empty title={text.nothingToDecide}>
        <p>{text.nothingToDecideHint}</p>
        <Link className="button" href={`/${writeConditions('all', null)}`}>
          {text.showAll}
        </Link>
      </Empty>
    );
  const isSearch = isOnly({ query: '' });
  return (
    <Empty title={isSearch ? text.noneFound(query) : text.noMatch}>
      {isSearch && <p>{text.noneFoundHint}</p>}
      {query && !isSearch && (
        <Link className="button main" href={`/${writeConditions(null, { ...noConditions, query })}`}>
          {text.searchAll}
        </Link>
      )}
      <button type="button" className="button" onClick={() => change({ ...noConditions, columns: conditions.columns })}>
        {isSearch ? text.showAll : text.clear}
      </button>
    </Empty>
  );
}
