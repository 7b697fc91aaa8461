import { isFiltered, noConditions } from '../data/conditions.ts';
import { useLabels } from '../text/labels.ts';
import { useTexts } from '../text/language.ts';
import { Choices, FilterPopover } from './choice.filter.tsx';
import { DueChoices } from './due.filter.tsx';
import { filtersTexts } from './filters.texts.ts';
import { useConditions } from './use-conditions.ts';

/** Quick filters. They are in the address, so that a link shows the same rows. */
export function FilterBar() {
  const text = useTexts(filtersTexts);
  const labels = useLabels();
  const { conditions, change } = useConditions();
  const { isActionRequired, status, type, owner, dueIn, hasNoContact, more, sort, columns } = conditions;
  const named = (label: string, column: 'status' | 'contractType', values: readonly string[]) =>
    values.length === 1 ? text.oneChosen(label, labels.value(column, values[0]!)) : values[0] ? text.chosen(label, values.length) : label;

  return (
    <div className="filters" role="group" aria-label={text.filters}>
      <button
        type="button"
        className={isActionRequired ? 'pill on' : 'pill'}
        aria-pressed={isActionRequired}
        title={text.actionHint}
        onClick={() => change({ isActionRequired: !isActionRequired })}
      >
        {text.action}
      </button>
      <FilterPopover label={named(text.status, 'status', status)} isOn={status.length > 0}>
        {() => (
          <Choices
            label={text.status}
            choices={labels.values('status')}
            chosen={status}
            onChange={(chosen) => change({ status: chosen })}
          />
        )}
      </FilterPopover>
      <FilterPopover label={named(text.type, 'contractType', type)} isOn={type.length > 0}>
        {() => (
          <Choices
            label={text.type}
            choices={labels.values('contractType')}
            chosen={type}
            onChange={(chosen) => change({ type: chosen })}
          />
        )}
      </FilterPopover>
      <FilterPopover
        label={owner ? text.oneChosen(text.owner, labels.value('communicationOwner', owner)) : text.owner}
        isOn={owner !== null}
      >
        {(close) => (
          <fieldset className="choices">
            <legend className="visually-hidden">{text.owner}</legend>
            {[{ value: null, label: text.any }, ...labels.values('communicationOwner')].map(({ value, label }) => (
              <label key={value}>
                <input
                  type="radio"
                  name="owner"
                  data-focus={value === owner || undefined}
                  checked={value === owner}
                  onChange={() => change({ owner: value as typeof owner })}
                  onClick={(event) => event.detail > 0 && close()}
                />
                {label}
              </label>
            ))}
          </fieldset>
        )}
      </FilterPopover>
      <FilterPopover label={dueIn === null ? text.due : text.dueDays(dueIn)} isOn={dueIn !== null}>
        {() => <DueChoices chosen={dueIn} onChange={(days) => change({ dueIn: days })} />}
      </FilterPopover>
      <button
        type="button"
        className={hasNoContact ? 'pill on' : 'pill'}
        aria-pressed={hasNoContact}
        onClick={() => change({ hasNoContact: !hasNoContact })}
      >
        {text.noContact}
      </button>
      {more && (
        <button
          type="button"
          className="pill on"
          title={text.moreHint}
          aria-label={text.remove(text.more)}
          onClick={() => change({ more: null })}
        >
          {text.more} <span aria-hidden="true">✕</span>
        </button>
      )}
      {isFiltered(conditions) && (
        <button type="button" className="link" onClick={() => change({ ...noConditions, sort, columns })}>
          {text.clearAll}
        </button>
      )}
    </div>
  );
}
