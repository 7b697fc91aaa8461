import { Suspense, useState } from 'react';
import { navigate } from '../app/address.ts';
import { addressOfView, openedView } from '../data/opened.view.ts';
import { editView, saveChanges, setDefaultView, type Refusal } from '../data/saved.views.ts';
import type { SavedView } from '../data/viewer.selection.ts';
import { useMay, useViewer } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { late } from '../ui/late.ts';
import { Menu, MenuItem } from '../ui/menu.tsx';
import { tell } from '../ui/toast.tsx';
import { viewsTexts } from './views.texts.ts';

const RenameDialog = late(async () => ({ default: (await import('./save.dialog.tsx')).RenameDialog }));
const DeleteDialog = late(async () => ({ default: (await import('./delete.dialog.tsx')).DeleteDialog }));

/** Tells that it was done, or why not. */
async function report(act: Promise<Refusal>, done: string): Promise<void> {
  const refusal = await act;
  if (refusal) tell(refusal.sentence, { kind: 'fault' });
  else tell(done);
}

/** What can be done with the open view. */
export function ViewActions({ view }: { view: SavedView }) {
  const text = useTexts(viewsTexts);
  const mayShare = useMay('SHARE_VIEWS');
  const mayEditShared = useMay('EDIT_SHARED_VIEWS');
  const maySetForEveryone = useMay('SET_DEFAULT_VIEW_FOR_EVERYONE');
  const isDefault = useViewer().defaultView?.id === view.id;
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const { isChanged } = openedView();
  const { name, isShared } = view;
  const mayEdit = view.isOwn || (isShared && mayEditShared);
  const close = () => setDialog(null);

  return (
    <>
      <Menu label={text.actions(name)} className="icon" button={<span aria-hidden="true">⋯</span>}>
        {isChanged && mayEdit && <MenuItem onSelect={() => void report(saveChanges(view), text.saved(name))}>{text.saveChanges}</MenuItem>}
        {isChanged && <MenuItem onSelect={() => navigate(addressOfView(view.id))}>{text.discard}</MenuItem>}
        {mayEdit && <MenuItem onSelect={() => setDialog('rename')}>{text.rename} …</MenuItem>}
        {mayEdit && mayShare && (
          <MenuItem detail={text.shareHint} onSelect={() => void report(editView(view, { isShared: !isShared }), text.saved(name))}>
            {isShared ? text.unshare : text.share}
          </MenuItem>
        )}
        {isDefault ? (
          <MenuItem onSelect={() => void report(setDefaultView(null, false), text.noDefault)}>{text.clearDefault}</MenuItem>
        ) : (
          <MenuItem onSelect={() => void report(setDefaultView(view.id, false), text.isDefault(name))}>{text.setDefault}</MenuItem>
        )}
        {maySetForEveryone && isShared && (
          <MenuItem onSelect={() => void report(setDefaultView(view.id, true), text.isDefault(name))}>{text.setDefaultForAll}</MenuItem>
        )}
        {mayEdit && (
          <MenuItem className="bad apart" onSelect={() => setDialog('delete')}>
            {text.delete} …
          </MenuItem>
        )}
      </Menu>
      <Suspense>
        {dialog === 'rename' && <RenameDialog view={view} onClose={close} />}
        {dialog === 'delete' && <DeleteDialog view={view} onClose={close} />}
      </Suspense>
    </>
  );
}
