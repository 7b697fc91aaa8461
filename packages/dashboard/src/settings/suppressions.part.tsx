import { useState } from 'react';
import type { Selection, Suppression } from '@partner-renewals/sdk';
import { Problem } from '../app/problem.tsx';
import { client } from '../data/client.ts';
import { usePages } from '../data/pages.ts';
import { useSave } from '../data/save.ts';
import { useMay } from '../data/viewer.store.ts';
import { reminderWords } from '../reminders/reminder-words.texts.ts';
import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Check } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { tell } from '../ui/toast.tsx';
import { More } from './more.tsx';
import { settingsTexts } from './settings.texts.ts';
import { suppressionsTexts } from './suppressions.texts.ts';

const selection = {
  ...{ id: true, address: true, kind: true, reason: true, detail: true, suppressedAt: true, liftedAt: true, liftedBy: true },
} as const satisfies Selection<Suppression>;

async function readSuppressions(includeLifted: boolean, after: string | undefined, signal?: AbortSignal) {
  const { suppressions } = await client.query(
    {
      suppressions: {
        $: { first: 50, includeLifted, ...(after && { after }) },
        nodes: selection,
        pageInfo: { hasNextPage: true, endCursor: true },
      },
    },
    { signal },
  );
  return suppressions;
}
type Row = Awaited<ReturnType<typeof readSuppressions>>['nodes'][number];

/** Addresses to which nothing is sent, and why. */
export function SuppressionsPart() {
  const text = useTexts(suppressionsTexts);
  const [withLifted, setWithLifted] = useState(false);
  const { nodes, problem, reload, patch, ...more } = usePages(`suppressions ${withLifted}`, async (after, signal) =>
    readSuppressions(withLifted, after, signal),
  );
  return (
    <>
      <p className="mute">{text.lead}</p>
      <div className="part-acts">
        <Check label={text.withLifted} checked={withLifted} onChange={setWithLifted} />
      </div>
      {problem && <Problem error={problem} onRetry={reload} />}
      {!problem && !nodes && <Loading />}
      {nodes?.length === 0 && <p className="mute">{text.none}</p>}
      {nodes && nodes.length > 0 && (
        <table className="sheet">
          <thead>
            <tr>
              <th scope="col">{text.address}</th>
              <th scope="col">{text.reason}</th>
              <th scope="col">{text.kind}</th>
              <th scope="col">{text.since}</th>
              <th scope="col">
                <span className="visually-hidden">{text.acts}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((each) => (
              <SuppressionRow
                key={each.id}
                suppression={each}
                onLifted={(lifted) =>
                  patch((now) =>
                    withLifted ? now.map((other) => (other.id === lifted.id ? lifted : other)) : now.filter(({ id }) => id !== lifted.id),
                  )
                }
              />
            ))}
          </tbody>
        </table>
      )}
      <More {...more} />
    </>
  );
}

function SuppressionRow({ suppression, onLifted }: { suppression: Row; onLifted: (suppression: Row) => void }) {
  const text = useTexts(suppressionsTexts);
  const common = useTexts(settingsTexts);
  const words = useTexts(reminderWords);
  const format = useFormat();
  const mayLift = useMay('LIFT_SUPPRESSIONS');
  const save = useSave([]);
  const [isLifting, setIsLifting] = useState(false);
  const { id, address, reason, kind, detail, suppressedAt, liftedAt, liftedBy } = suppression;

  async function lift(): Promise<void> {
    const done = await save.run(async () => client.liftSuppression({ suppressionId: id }));
    if (!done) return;
    setIsLifting(false);
    onLifted(done.suppression);
    tell(text.lifted(address));
  }

  return (
    <tr className={liftedAt ? 'past' : ''}>
      <th scope="row">{address}</th>
      <td data-label={text.reason}>
        {text.reasons[reason]}
        {detail && (
          <span className="sub" lang="en">
            {detail}
          </span>
        )}
      </td>
      <td data-label={text.kind}>{kind ? words.kinds[kind] : text.everything}</td>
      <td data-label={text.since}>
        {format.moment(suppressedAt)}
        {liftedAt && <span className="sub">{text.liftedBy(liftedBy ?? '', format.moment(liftedAt))}</span>}
      </td>
      <td className="row-acts">
        {mayLift && !liftedAt && (
          <button type="button" className="button" aria-label={text.liftAddress(address)} onClick={() => setIsLifting(true)}>
            {text.lift}
          </button>
        )}
        {isLifting && (
          <Confirm
            title={text.liftTitle(address)}
            act={text.lift}
            cancel={common.cancel}
            save={save}
            onConfirm={() => void lift()}
            onClose={() => setIsLifting(false)}
          >
            <p>{text.liftLeads[reason]}</p>
          </Confirm>
        )}
      </td>
    </tr>
  );
}
