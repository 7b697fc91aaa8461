import { useId, type ReactNode } from 'react';

/** Items of a menu that belong together, under a heading. */
export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  const id = useId();
  return (
    <div role="group" aria-labelledby={id} className="menu-group">
      <div id={id} className="menu-label" role="presentation">
        {label}
      </div>
      {children}
    </div>
  );
}
