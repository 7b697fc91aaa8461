import type { CommunicationOwner } from '@partner-renewals/sdk';
import { useLayoutEffect, useRef, useState } from 'react';
import { selected as ticked } from '../data/selected.store.ts';
import { useMay } from '../data/viewer.store.ts';
import { currentTexts, useTexts } from '../text/language.ts';
import { useLabels } from '../text/labels.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { announce, tell } from '../ui/toast.tsx';
import { actsTexts } from './acts.texts.ts';
import { bulkTexts } from './bulk.texts.ts';
import { ownersNow, setOwners, type Failed } from './bulk.acts.ts';
import { useBulkKeys } from './bulk.keys.ts';
import { Caret } from './caret.tsx';
import { focusRow } from './focus-row.ts';

export type BulkProps = {
  /** IDs of customers. */
  selected: ReadonlySet<string>;
  onClear: () => void;
};

/** What can be done for all selected customers, with a result for each. */
export function BulkLine({ selected, onClear }: BulkProps) {
  const text = useTexts(actsTexts);
  const words = useTexts(bulkTexts);
  const labels = useLabels();
  const mayEdit = useMay('SET_COMMUNICATION_OWNER');
  const [progress, setProgress] = useState<{ done: number; count: number } | null>(null);
  const [failed, setFailed] = useState<{ of: number; all: readonly Failed[] } | null>(null);
  const bar = useRef<HTMLElement>(null);
  useBulkKeys(bar, selected.size, clear);
  useLayoutEffect(() => {
    if (!bar.current) return undefined;
    // Toasts lie above the bar.
    const { style } = document.documentElement;
    style.setProperty('--bulk', `${innerHeight - bar.current.getBoundingClientRect().top}px`);
    return () => void style.removeProperty('--bulk');
  });
  if (selected.size === 0 && !failed && !progress) return null;

  /** Clears the selection. The bar goes, so the focus leaves it before. */
  function leave(): void {
    if (bar.current?.contains(document.activeElement)) focusRow(ticked.get().keys());
    onClear();
  }

  function clear(): void {
    if (progress) return;
    leave();
    setFailed(null);
    announce(words.cleared);
  }

  async function change(owner: CommunicationOwner | null): Promise<void> {
    const ids = [...selected];
    setFailed(null);
    const before = ownersNow(ids);
    // The button goes while it is done.
    bar.current?.focus();
    setProgress({ done: 0, count: ids.length });
    const all = await setOwners(ids, owner, (done) => setProgress({ done, count: ids.length }));
    setProgress(null);
    const changed = ids.length - all.length;
    if (changed > 0) {
      const undo = before && { label: text.undo, run: () => void setBack(before) };
      tell(words.bulkDone(changed, owner ? labels.value('communicationOwner', owner) : text.theDefault), undo ? { action: undo } : {});
    }
    if (all[0]) setFailed({ of: ids.length, all });
    else leave();
  }

  return (
    <section ref={bar} className="bulk" tabIndex={-1} aria-label={words.bulkActions}>
      <div className="bulk-line">
        <b>{progress ? words.bulkProgress(progress.done, progress.count) : words.selected(selected.size)}</b>
        {progress && <progress max={progress.count} value={progress.done} aria-label={words.setOwner} />}
        {mayEdit && !progress && selected.size > 0 && (
          <Menu
            label={words.setOwner}
            className="button"
            button={
              <>
                {words.setOwner} <Caret />
              </>
            }
          >
            <MenuItem detail={text.ownerHints.PARTNER} onSelect={() => void change('PARTNER')}>
              {labels.value('communicationOwner', 'PARTNER')}
            </MenuItem>
            <MenuItem detail={text.ownerHints.VENDOR} onSelect={() => void change('VENDOR')}>
              {labels.value('communicationOwner', 'VENDOR')}
            </MenuItem>
            <MenuItem className="apart" detail={text.backToDefaultHint} onSelect={() => void change(null)}>
              {text.backToDefault}
            </MenuItem>
          </Menu>
        )}
        {!progress && (
          <button type="button" className="link" onClick={clear}>
            {words.clearSelection}
          </button>
        )}
        {!progress && selected.size > 0 && <span className="keys">{words.keys}</span>}
      </div>
      {failed && (
        <div className="bulk-failed" role="alert">
          <b>{words.bulkFailed(failed.all.length, failed.of)}</b>
          <ul>
            {failed.all.map(({ id, name, sentence }) => (
              <li key={id}>
                {name}: {sentence()}
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** Gives customers the owners that they had. */
async function setBack(before: NonNullable<ReturnType<typeof ownersNow>>): Promise<void> {
  const failed: Failed[] = [];
  for (const [owner, ids] of before) failed.push(...(await setOwners(ids, owner, () => undefined)));
  const words = currentTexts(bulkTexts);
  const count = [...before.values()].flat().length;
  if (failed[0]) tell(`${words.bulkFailed(failed.length, count)}. ${failed[0].sentence()}`, { kind: 'fault' });
  else tell(words.undone(count));
}
