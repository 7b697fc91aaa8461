import { Suspense, useEffect, useRef, useState } from 'react';
import { mayExist, readOtherViews } from '../data/other.views.ts';
import { addressOfView, presets, type Preset } from '../data/opened.view.ts';
import { useStore } from '../data/store.ts';
import type { SavedView } from '../data/viewer.selection.ts';
import { useViewer } from '../data/viewer.store.ts';
import { useConditions } from '../filters/use-conditions.ts';
import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { late } from '../ui/late.ts';
import { Link } from '../ui/link.tsx';
import { scrollToCurrent } from '../ui/scroll-to-current.ts';
import { tell } from '../ui/toast.tsx';
import { counts } from './counts.ts';
import { ViewActions } from './view.actions.tsx';
import { viewsTexts } from './views.texts.ts';

const SaveDialog = late(async () => ({ default: (await import('./save.dialog.tsx')).SaveDialog }));

async function showOthers(): Promise<void> {
  try {
    await readOtherViews();
  } catch (error) {
    tell(sentenceOfFault(error), { kind: 'fault' });
  }
}

/** The views as tabs: those everyone has, then the saved ones. They are links, since each has its address. */
export function ViewTabs() {
  const text = useTexts(viewsTexts);
  const format = useFormat();
  const { savedViews } = useViewer();
  const { opened } = useConditions();
  const read = useStore(counts);
  const [isSaving, setSaving] = useState(false);
  const bar = useRef<HTMLElement>(null);
  const current = opened.saved?.id ?? opened.preset;
  useEffect(() => scrollToCurrent(bar.current), [current]);

  const tab = (id: string, name: string, view?: SavedView) => {
    const rows = read.get(id);
    return (
      <li key={id}>
        <Link
          href={addressOfView(id)}
          title={id in presets ? text.presetHints[id as Preset] : undefined}
          aria-current={id === current ? 'page' : undefined}
        >
          {name}
          {rows !== undefined && <b>{format.number(rows)}</b>}
          {view && view.isShared && <span className="sub">{text.shared}</span>}
          {id === current && id !== 'all' && opened.isChanged && <span className="sub">{text.changed}</span>}
        </Link>
        {id === current && view && <ViewActions view={view} />}
      </li>
    );
  };

  return (
    <>
      <nav ref={bar} className="tabs" aria-label={text.views}>
        <ul>
          {(Object.keys(presets) as Preset[]).map((preset) => tab(preset, text.presets[preset]))}
          {savedViews.nodes.map((view) => tab(view.id, view.name, view))}
          {savedViews.pageInfo.hasNextPage && (
            <li>
              <button type="button" className="tab-button" onClick={() => void showOthers()}>
                {text.others}
              </button>
            </li>
          )}
          <li>
            <button type="button" className="tab-button" onClick={() => setSaving(true)}>
              <span aria-hidden="true">+ </span>
              {opened.saved ? text.saveAs : text.save}
            </button>
          </li>
        </ul>
      </nav>
      {opened.unknownId && !mayExist(opened.unknownId) && <p className="note warn">{text.gone}</p>}
      {opened.saved?.problems[0] && (
        <p className="note warn">
          {text.problems} {opened.saved.problems.map(({ message }) => message).join(' ')}
        </p>
      )}
      <Suspense>{isSaving && <SaveDialog onClose={() => setSaving(false)} />}</Suspense>
    </>
  );
}
