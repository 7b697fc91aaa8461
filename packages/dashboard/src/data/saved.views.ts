import type { UserErrorCode } from '@partner-renewals/sdk';
import { navigate } from '../app/address.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { client } from './client.ts';
import { keyOf } from './column.keys.ts';
import { filterOf } from './conditions.ts';
import { refresh } from './list.window.ts';
import { addressOfView, columnsOfView, openedView } from './opened.view.ts';
import { savedViewSelection, type SavedView } from './viewer.selection.ts';
import { patchViewer } from './viewer.store.ts';

/** What an act on a view brought: nothing if it was done, otherwise the reason. */
export type Refusal = { readonly sentence: string; readonly code: string | undefined } | null;

const errors = { userErrors: { code: true, message: true } } as const;
type Payload = { readonly userErrors: readonly { readonly code: UserErrorCode; readonly message: string }[] };

async function run<P>(send: () => Promise<P | null>, done: (payload: P) => void): Promise<Refusal> {
  try {
    const payload = (await send())!;
    const [error] = (payload as unknown as Payload).userErrors;
    if (error) {
      // Somebody changed or deleted the view meanwhile; what the user changed is in the address, and stays.
      if (error.code === 'CONFLICT' || error.code === 'NOT_FOUND') void refresh();
      const { sentenceOfUserError } = await import('../text/user-error.sentence.ts');
      return { sentence: sentenceOfUserError(error), code: error.code };
    }
    done(payload);
    return null;
  } catch (error) {
    return { sentence: sentenceOfFault(error), code: undefined };
  }
}

const sortedByName = (views: readonly SavedView[]): readonly SavedView[] =>
  [...views].sort((one, other) => one.name.localeCompare(other.name));

/** Puts a view in the place of the one with its id, or among the others. */
const keepView = (view: SavedView): void =>
  patchViewer((viewer) => {
    const nodes = viewer.savedViews.nodes.filter(({ id }) => id !== view.id);
    return { ...viewer, savedViews: { ...viewer.savedViews, nodes: sortedByName([...nodes, view]) } };
  });

/** What the list shows now, as a view keeps it. */
function shownNow() {
  const opened = openedView();
  const { conditions } = opened;
  return {
    columns: (columnsOfView(opened) ?? []).map(keyOf),
    query: conditions.query || null,
    filter: filterOf(conditions),
    orderBy: conditions.sort[0] ? conditions.sort : null,
  };
}

/** Saves what the list shows as a new view, and opens it. */
export const createView = (name: string, isShared: boolean): Promise<Refusal> =>
  run(
    async () =>
      (
        await client.mutate({
          createSavedView: { $: { input: { ...shownNow(), name, isShared } }, savedView: savedViewSelection, ...errors },
        })
      ).createSavedView,
    ({ savedView }) => {
      keepView(savedView!);
      navigate(addressOfView(savedView!.id));
    },
  );

type Edit = { readonly name?: string; readonly isShared?: boolean };

const updateView = (
  { id, version }: SavedView,
  edit: Edit | ReturnType<typeof shownNow>,
  done: (view: SavedView) => void,
): Promise<Refusal> =>
  run(
    async () =>
      (
        await client.mutate({
          updateSavedView: { $: { input: { id, expectedVersion: version, ...edit } }, savedView: savedViewSelection, ...errors },
        })
      ).updateSavedView,
    ({ savedView }) => done(savedView!),
  );

/** Renames a view, or shares it. */
export const editView = (view: SavedView, edit: Edit): Promise<Refusal> => updateView(view, edit, keepView);

/** Keeps in the view what the user changed of it. */
export const saveChanges = (view: SavedView): Promise<Refusal> =>
  updateView(view, shownNow(), (saved) => {
    keepView(saved);
    navigate(addressOfView(saved.id), { replace: true });
  });

export const deleteView = ({ id }: SavedView): Promise<Refusal> =>
  run(
    async () => (await client.mutate({ deleteSavedView: { $: { input: { id } }, deletedSavedViewId: true, ...errors } })).deleteSavedView,
    () => {
      patchViewer((viewer) => ({
        ...viewer,
        defaultView: viewer.defaultView?.id === id ? null : viewer.defaultView,
        savedViews: { ...viewer.savedViews, nodes: viewer.savedViews.nodes.filter((each) => each.id !== id) },
      }));
      navigate(addressOfView('all'), { replace: true });
    },
  );

/** Chooses the view that opens first; null for none. */
export const setDefaultView = (viewId: string | null, forEveryone: boolean): Promise<Refusal> =>
  run(
    async () =>
      (
        await client.mutate({
          setDefaultView: { $: { input: { viewId, forEveryone } }, viewer: { defaultView: { id: true } }, ...errors },
        })
      ).setDefaultView,
    ({ viewer }) => patchViewer((now) => ({ ...now, defaultView: viewer!.defaultView })),
  );
