const neighbourPx = 48;

/**
 * Scrolls a bar of links sideways until the current one is seen, and that more follow.
 * `scrollIntoView` would also move where the first Tab goes, in some versions of Chromium: past the link over the navigation.
 */
export function scrollToCurrent(bar: HTMLElement | null): void {
  const current = bar?.querySelector('[aria-current]');
  if (!bar || !current) return;
  const seen = bar.getBoundingClientRect();
  const { left, right } = current.getBoundingClientRect();
  bar.scrollLeft += Math.min(0, left - neighbourPx - seen.left) + Math.max(0, right + neighbourPx - seen.right);
}
