import type { RenewalColumn } from '@partner-renewals/sdk';
import { client } from '../data/client.ts';
import { keyOf } from '../data/column.keys.ts';
import { openedView } from '../data/opened.view.ts';
import { patchViewer } from '../data/viewer.store.ts';
import { changeConditions } from '../filters/use-conditions.ts';
import { sentenceOfFault } from '../text/sentence.ts';
import { currentTexts } from '../text/language.ts';
import { sentenceOfUserError } from '../text/user-error.sentence.ts';
import { tell } from '../ui/toast.tsx';
import { columnsTexts } from './columns.texts.ts';

/** Saves the columns for the user; in a saved view, they become a change of it. Answers why not. */
export async function saveColumns(columns: readonly RenewalColumn[]): Promise<string | null> {
  const { saved } = openedView();
  if (saved) {
    const isSame = saved.columns.map(({ key }) => key).join() === columns.map(keyOf).join();
    changeConditions({ columns: isSame ? null : columns });
    return null;
  }
  try {
    const { updateDashboardColumns: payload } = await client.mutate({
      updateDashboardColumns: {
        $: { input: { columns: columns.map(keyOf) } },
        userErrors: { code: true, message: true },
        viewer: { dashboardColumns: { key: true } },
      },
    });
    const [error] = payload?.userErrors ?? [];
    if (error) return sentenceOfUserError(error);
    patchViewer((viewer) => ({ ...viewer, dashboardColumns: payload.viewer!.dashboardColumns }));
    // A link may have brought columns of its own.
    changeConditions({ columns: null }, { replace: true });
    tell(currentTexts(columnsTexts).saved);
    return null;
  } catch (error) {
    return sentenceOfFault(error);
  }
}
