import { useId, type ReactNode } from 'react';

/** A part of the drawer under its heading. */
export function Part({ title, beside, children }: { title: string; beside?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className="part" aria-labelledby={id}>
      <div className="part-head">
        <h3 id={id}>{title}</h3>
        {beside}
      </div>
      {children}
    </section>
  );
}
