const neighbourPx = 48;

/**
 * Scrolls a bar of links sideways, so that the current one is seen, and a part of the next one.
 * `scrollIntoView` also moves where Tab starts in some versions of Chromium: then the first Tab skips the link over the navigation.
 */
export function scrollToCurrent(bar: HTMLElement | null): void {
  const current = bar?.querySelector('[aria-current]');
  if (!bar || !current) return;
  const seen = bar.getBoundingClientRect();
  const { left, right } = current.getBoundingClientRect();
  bar.scrollLeft += Math.min(0, left - neighbourPx - seen.left) + Math.max(0, right + neighbourPx - seen.right);
}
