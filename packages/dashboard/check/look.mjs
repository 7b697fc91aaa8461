// Looks at what a page shows: axe, nothing cut off, targets large enough; and keeps a picture for people.
import { join } from 'node:path';
import axe from 'axe-core';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** How many states were held against axe. */
export const looked = { states: 0, checks: 0 };

/** Returns a function that looks at the page as it is now, in both schemes, and takes a picture of it. Faults go to `report`. */
export function createLook(page, { shots, language, isPhone, report }) {
  return async function look(name) {
    await page.evaluate(alignRows);
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
      const variant = [language, colorScheme, ...(isPhone ? ['phone'] : [])].join('.');
      await page.screenshot({ path: join(shots, `${name}.${variant}.png`) });
      for (const fault of await faultsOf(page)) report(`${name}, ${variant}: ${fault}`);
      looked.checks += 1;
    }
    looked.states += 1;
  };
}

/** Scrolls the table to the beginning of a row. Marks the rows that its edge cuts: what is there can be scrolled to. */
function alignRows() {
  const wrapper = document.querySelector('.table-wrap');
  const rows = [...(wrapper?.querySelectorAll('tbody tr') ?? [])];
  const head = () => wrapper.querySelector('thead th')?.getBoundingClientRect().bottom ?? 0;
  const first = rows.find((row) => row.getBoundingClientRect().bottom > head());
  if (first && wrapper.scrollTop > 0) wrapper.scrollTop -= head() - first.getBoundingClientRect().top;
  const { bottom } = wrapper?.getBoundingClientRect() ?? {};
  for (const row of rows) {
    const box = row.getBoundingClientRect();
    row.toggleAttribute('data-cut', box.top < Math.min(bottom, innerHeight) && box.bottom > Math.min(bottom, innerHeight));
  }
}

async function faultsOf(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async (runOnly) => {
    const { violations: found } = await globalThis.axe.run({ exclude: ['tr[data-cut]'] }, { runOnly, resultTypes: ['violations'] });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`);
  }, tags);
  const tooWide = await page.evaluate(() => {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= innerWidth) return [];
    const wide = [...document.querySelectorAll('body *')].filter((each) => each.getBoundingClientRect().right > innerWidth + 1);
    return [`${scrollWidth} of ${innerWidth} pixels wide, by ${wide.slice(0, 5).map((each) => each.outerHTML.slice(0, 120)).join(' | ')}`];
  });
  return [...violations, ...tooWide];
}
