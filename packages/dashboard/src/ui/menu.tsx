import { createContext, useContext, useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Link } from './link.tsx';
import { Popover } from './popover.tsx';
import { useTrigger } from './trigger.ts';

type MenuProps = {
  /** The accessible name; it contains the words that the button shows. */
  label: string;
  /** What the button shows. */
  button: ReactNode;
  className?: string;
  children: ReactNode;
};

const CloseMenu = createContext<() => void>(() => undefined);

/** A button that opens a menu: arrows, Home, End and letters move, Enter chooses, Esc closes and gives the focus back. */
export function Menu({ label, button, className, children }: MenuProps) {
  const { anchor, isOpen, close, open, trigger } = useTrigger();
  const [isFromEnd, setFromEnd] = useState(false);
  const id = useId();

  function openByKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    setFromEnd(event.key === 'ArrowUp');
    open();
  }

  return (
    <>
      <button
        {...trigger}
        type="button"
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-controls={isOpen ? id : undefined}
        onKeyDown={openByKey}
      >
        {button}
      </button>
      {isOpen && (
        <Popover anchor={anchor} onClose={close} id={id}>
          <Items label={label} isFromEnd={isFromEnd} close={close}>
            {children}
          </Items>
        </Popover>
      )}
    </>
  );
}

function Items({ label, isFromEnd, close, children }: { label: string; isFromEnd: boolean; close: () => void; children: ReactNode }) {
  const menu = useRef<HTMLDivElement>(null);
  const items = (): HTMLElement[] => [...menu.current!.querySelectorAll<HTMLElement>('[role^=menuitem]')];

  useEffect(() => {
    const checked = items().find((item) => item.getAttribute('aria-checked') === 'true');
    (checked ?? items().at(isFromEnd ? -1 : 0))?.focus();
  }, [isFromEnd]);

  function move(event: KeyboardEvent): void {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1 + all.length, Home: 0, End: all.length - 1 };
    const to = steps[event.key];
    if (event.key === 'Tab') return close();
    if (to !== undefined) all[to % all.length]?.focus();
    else if (/^\S$/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const letter = event.key.toLocaleLowerCase();
      const rest = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      rest.find((item) => item.textContent.trim().toLocaleLowerCase().startsWith(letter))?.focus();
    } else return;
    event.preventDefault();
  }

  return (
    <div ref={menu} role="menu" tabIndex={-1} aria-label={label} className="menu" onKeyDown={move}>
      <CloseMenu value={close}>{children}</CloseMenu>
    </div>
  );
}

type ItemProps = {
  onSelect: () => void;
  children: ReactNode;
  /** A second line in small print. */
  detail?: ReactNode;
  className?: string;
};

export const MenuItem = (props: ItemProps) => <Item role="menuitem" {...props} />;

/** One of several choices. */
export const MenuRadio = ({ checked, ...props }: ItemProps & { checked: boolean }) => (
  <Item role="menuitemradio" aria-checked={checked} {...props} />
);

function Item({
  onSelect,
  children,
  detail,
  ...rest
}: (ItemProps & { role: 'menuitem' }) | (ItemProps & { role: 'menuitemradio'; 'aria-checked': boolean })) {
  const close = useContext(CloseMenu);
  return (
    <button
      {...rest}
      type="button"
      tabIndex={-1}
      onClick={() => {
        // The button of the menu gets the focus back before a dialog takes it.
        close();
        onSelect();
      }}
    >
      {children}
      {detail !== undefined && <span className="sub">{detail}</span>}
    </button>
  );
}

/** A link of a menu; `isElsewhere` if this page does not show its address. */
export function MenuLink({ href, children, isElsewhere = false }: { href: string; children: ReactNode; isElsewhere?: boolean }) {
  const close = useContext(CloseMenu);
  const rest = { role: 'menuitem', tabIndex: -1, href, onClick: close, children };
  return isElsewhere ? <a {...rest} /> : <Link {...rest} />;
}
