// Looks at what a page shows: axe, nothing cut off, targets large enough; and keeps a picture for people, if they want any.
import { join } from 'node:path';
import axe from 'axe-core';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Only colours differ between the schemes, so the second one is held against the rules about colours alone. */
const rulesOfColours = ['color-contrast', 'link-in-text-block'];

/** Returns a function that looks at the page as it is now, in both schemes. Faults go to `report`, pictures into the folder `shots`, unless that is null. */
export function createLook(page, { shots, language, isPhone, report }) {
  return async function look(name) {
    await page.evaluate(alignRows);
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
      const variant = [language, colorScheme, ...(isPhone ? ['phone'] : [])].join('.');
      if (shots) await page.screenshot({ path: join(shots, `${name}.${variant}.png`) });
      for (const fault of await faultsOf(page, colorScheme === 'light' ? tags : rulesOfColours)) report(`${name}, ${variant}: ${fault}`);
    }
  };
}

/**
 * Scrolls the table to the beginning of a row, and marks the rows that its edges cut or hide. axe takes them for shown, and half of a
 * button for a small one; they can be scrolled to.
 */
function alignRows() {
  const wrapper = document.querySelector('.table-wrap');
  if (!wrapper) return;
  const rows = [...wrapper.querySelectorAll('tbody tr')];
  const head = () => wrapper.querySelector('thead th')?.getBoundingClientRect().bottom ?? 0;
  const first = rows.find((row) => row.getBoundingClientRect().bottom > head());
  if (first && wrapper.scrollTop > 0) wrapper.scrollTop -= head() - first.getBoundingClientRect().top;
  const [top, bottom] = [Math.max(head(), 0), Math.min(wrapper.getBoundingClientRect().bottom, innerHeight)];
  for (const row of rows) {
    const box = row.getBoundingClientRect();
    row.toggleAttribute('data-cut', box.top < top - 1 || box.bottom > bottom + 1);
  }
}

async function faultsOf(page, rules) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async (runOnly) => {
    const { violations: found } = await globalThis.axe.run({ exclude: ['tr[data-cut]'] }, { runOnly, resultTypes: ['violations'] });
    const isCut = ({ target }) => document.querySelector(target.at(-1))?.closest('[data-cut]');
    const isReal = ({ any }) => !any.some(({ relatedNodes }) => relatedNodes.some(isCut));
    return found.flatMap(({ id, nodes }) => nodes.filter(isReal).map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
  }, rules);
  // Not innerWidth: a phone shows a page that is too wide as a whole, but smaller.
  const tooWide = await page.evaluate((width) => {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > width + 1);
    return [
      `${scrollWidth} of ${width} pixels wide, by ${wide
        .slice(0, 5)
        .map((each) => each.outerHTML.slice(0, 120))
        .join(' | ')}`,
    ];
  }, page.viewportSize().width);
  return [...violations, ...tooWide];
}
