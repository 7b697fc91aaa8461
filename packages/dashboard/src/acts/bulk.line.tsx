import type { CommunicationOwner } from '@partner-renewals/sdk';
import { useState } from 'react';
import { useMay } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { useLabels } from '../text/labels.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { tell } from '../ui/toast.tsx';
import { actsTexts } from './acts.texts.ts';
import { bulkTexts } from './bulk.texts.ts';
import { setOwners, type Failed } from './bulk.acts.ts';
import { Caret } from './caret.tsx';

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
  if (selected.size === 0 && !failed && !progress) return null;

  async function change(owner: CommunicationOwner | null): Promise<void> {
    const ids = [...selected];
    setFailed(null);
    setProgress({ done: 0, count: ids.length });
    const all = await setOwners(ids, owner, (done) => setProgress({ done, count: ids.length }));
    setProgress(null);
    const changed = ids.length - all.length;
    if (changed > 0) tell(words.bulkDone(changed, owner ? labels.value('communicationOwner', owner) : text.theDefault));
    if (all[0]) setFailed({ of: ids.length, all });
    else onClear();
  }

  return (
    <section className="bulk" aria-label={words.bulkActions}>
      <div className="bulk-line">
        <b role="status">{progress ? words.bulkProgress(progress.done, progress.count) : words.selected(selected.size)}</b>
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
          <button
            type="button"
            className="link"
            onClick={() => {
              setFailed(null);
              onClear();
            }}
          >
            {words.clearSelection}
          </button>
        )}
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
