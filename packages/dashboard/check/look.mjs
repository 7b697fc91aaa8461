// Looks at what a page shows: axe, nothing cut off, targets large enough; and keeps a picture for people.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import axe from 'axe-core';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** How many states were held against axe. */
export const looked = { states: 0, checks: 0 };

/** Returns a function that asserts that the page as it is now has no fault, in both schemes, and takes a picture of it. */
export function createLook(page, { shots, language, isPhone }) {
  return async function look(name) {
    const faults = [];
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme });
      await page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
      const variant = [language, colorScheme, ...(isPhone ? ['phone'] : [])].join('.');
      await page.screenshot({ path: join(shots, `${name}.${variant}.png`) });
      faults.push(...(await faultsOf(page)).map((fault) => `${name}, ${variant}: ${fault}`));
      looked.checks += 1;
    }
    looked.states += 1;
    assert.deepEqual(faults, []);
  };
}

async function faultsOf(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const violations = await page.evaluate(async (runOnly) => {
    const { violations: found } = await globalThis.axe.run({ runOnly, resultTypes: ['violations'] });
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
