/** The sign of something that opens. */
export const Caret = () => (
  <svg className="caret" viewBox="0 0 10 6" aria-hidden="true">
    <path d="M1 1l4 4 4-4" />
  </svg>
);
