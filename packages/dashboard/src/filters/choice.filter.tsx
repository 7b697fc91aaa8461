import { useId, type ReactNode } from 'react';
import { Popover } from '../ui/popover.tsx';
import { useTrigger } from '../ui/trigger.ts';

type FilterProps = {
  label: string;
  isOn: boolean;
  children: (close: () => void) => ReactNode;
};

/** A filter that opens its choices. */
export function FilterPopover({ label, isOn, children }: FilterProps) {
  const { anchor, isOpen, close, trigger } = useTrigger();
  const id = useId();
  return (
    <>
      <button {...trigger} type="button" className={isOn ? 'pill on' : 'pill'} aria-controls={isOpen ? id : undefined}>
        {label} <span aria-hidden="true">▾</span>
      </button>
      {isOpen && (
        <Popover anchor={anchor} onClose={close} id={id} role="dialog" aria-label={label}>
          {children(close)}
        </Popover>
      )}
    </>
  );
}

type ChoicesProps<T extends string> = {
  label: string;
  choices: readonly { readonly value: string; readonly label: string }[];
  chosen: readonly T[];
  onChange: (chosen: readonly T[]) => void;
};

/** Several values may be ticked. */
export function Choices<T extends string>({ label, choices, chosen, onChange }: ChoicesProps<T>) {
  return (
    <fieldset className="choices">
      <legend className="visually-hidden">{label}</legend>
      {choices.map(({ value, label: name }, index) => (
        <label key={value}>
          <input
            type="checkbox"
            data-focus={index === 0 || undefined}
            checked={chosen.includes(value as T)}
            onChange={({ target }) => onChange(target.checked ? [...chosen, value as T] : chosen.filter((each) => each !== value))}
          />
          {name}
        </label>
      ))}
    </fieldset>
  );
}
