import { useCallback, useRef, useState } from 'react';

/** The state of a button that opens and closes a popover. */
export function useTrigger() {
  const anchor = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  // The browser closes an open popover before the click that should close it arrives.
  const wasOpen = useRef(false);
  const close = useCallback(() => setOpen(false), []);
  const open = useCallback(() => setOpen(true), []);
  const trigger = {
    ref: anchor,
    'aria-expanded': isOpen,
    onPointerDown: () => void (wasOpen.current = isOpen),
    onClick: () => {
      setOpen(!wasOpen.current && !isOpen);
      wasOpen.current = false;
    },
  };
  return { anchor, isOpen, open, close, trigger };
}
