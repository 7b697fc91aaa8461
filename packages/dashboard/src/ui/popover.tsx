import { useEffect, useLayoutEffect, useRef, type HTMLAttributes, type RefObject } from 'react';

type PopoverProps = HTMLAttributes<HTMLDivElement> & {
  /** What it belongs to: it opens below, or above if there is no room. */
  anchor: RefObject<HTMLElement | null>;
  /** Called when Esc, a click elsewhere or a call of `onClose` closes it. */
  onClose: () => void;
};

const gap = 4;

/** A native popover beside its anchor, open as long as it is rendered. Esc closes it, and the anchor gets the focus back. */
export function Popover({ anchor, onClose, className = '', ...rest }: PopoverProps) {
  const popover = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => void (close.current = onClose));

  useLayoutEffect(() => {
    const element = popover.current!;
    const button = anchor.current!;
    const place = () => {
      const box = button.getBoundingClientRect();
      const { offsetWidth: width, offsetHeight: height } = element;
      const below = innerHeight - box.bottom;
      const top = below >= height + gap || below >= box.top ? box.bottom + gap : box.top - height - gap;
      element.style.top = `${Math.max(gap, Math.min(top, innerHeight - height - gap))}px`;
      element.style.left = `${Math.max(gap, Math.min(box.left, innerWidth - width - gap))}px`;
    };
    const follow = (event: Event) => {
      if (event.target instanceof Node && element.contains(event.target)) return;
      place();
    };
    const closed = (event: Event) => {
      if ((event as ToggleEvent).newState !== 'closed') return;
      if (element.contains(document.activeElement) || document.activeElement === document.body) button.focus();
      close.current();
    };
    element.showPopover();
    place();
    // React's autoFocus comes while the popover is still closed.
    element.querySelector<HTMLElement>('[data-focus]')?.focus();
    const size = new ResizeObserver(place);
    size.observe(element);
    element.addEventListener('toggle', closed);
    addEventListener('scroll', follow, true);
    addEventListener('resize', place);
    return () => {
      size.disconnect();
      element.removeEventListener('toggle', closed);
      removeEventListener('scroll', follow, true);
      removeEventListener('resize', place);
      // Removing it would lose the focus.
      if (element.contains(document.activeElement)) button.focus();
    };
  }, [anchor]);

  return <div ref={popover} popover="auto" className={`popover ${className}`} {...rest} />;
}
