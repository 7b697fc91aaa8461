/** A format takes up to a millisecond to make, and every cell has some: each is made once, when it is needed. */
export const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};
