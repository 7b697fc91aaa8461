import { useState } from 'react';
import { Problem } from '../app/problem.tsx';
import { client } from '../data/client.ts';
import { readAgain } from '../data/freshness.ts';
import { usePages } from '../data/pages.ts';
import { useSave } from '../data/save.ts';
import { useMay } from '../data/viewer.store.ts';
import { useFormat } from '../text/format.ts';
import { texts, useTexts } from '../text/language.ts';
import { Field } from '../ui/field.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Loading } from '../ui/loading.tsx';
import { tell } from '../ui/toast.tsx';
import { settingsTexts } from './settings.texts.ts';
import { More } from './more.tsx';

const endedTexts = texts({
  en: {
    lead: 'These associations have ended. A resumed one begins with the default communication owner and without a primary contact.',
    search: 'Search a customer',
    none: 'No association has ended.',
    noneFound: 'No such customer among them.',
    customer: 'Customer',
    ended: 'Ended',
    acts: 'Acts',
    resume: 'Resume',
    resumeOf: (name: string) => `Resume the association with ${name}`,
    resumeTitle: (name: string) => `Resume the association with ${name}?`,
    resumeLead: 'Its contract changes are in your list again, and reminders about them go out again.',
    resumed: (name: string) => `${name} is your customer again.`,
  },
  de: {
    lead: 'Diese Zuordnungen sind beendet. Eine wieder aufgenommene beginnt mit dem Standard-Bearbeiter und ohne primären Kundenkontakt.',
    search: 'Kunden suchen',
    none: 'Keine Zuordnung ist beendet.',
    noneFound: 'Darunter ist kein solcher Kunde.',
    customer: 'Kunde',
    ended: 'Beendet',
    acts: 'Aktionen',
    resume: 'Wieder aufnehmen',
    resumeOf: (name) => `Zuordnung zu ${name} wieder aufnehmen`,
    resumeTitle: (name) => `Zuordnung zu ${name} wieder aufnehmen?`,
    resumeLead: 'Die Vertragsänderungen sind dann wieder in Ihrer Liste, und Erinnerungen dazu gehen wieder hinaus.',
    resumed: (name) => `${name} ist wieder Ihr Kunde.`,
  },
});

async function readEnded(query: string, after: string | undefined, signal?: AbortSignal) {
  const { endedCustomers } = await client.query(
    {
      endedCustomers: {
        $: { first: 50, ...(query && { query }), ...(after && { after }) },
        nodes: { id: true, customerId: true, name: true, endedAt: true },
        pageInfo: { hasNextPage: true, endCursor: true },
      },
    },
    { signal },
  );
  return endedCustomers;
}
type Ended = Awaited<ReturnType<typeof readEnded>>['nodes'][number];

/** Customers whose association ended, to be resumed. */
export function EndedPart() {
  const text = useTexts(endedTexts);
  const [query, setQuery] = useState('');
  const { nodes, problem, reload, patch, ...more } = usePages(`ended ${query.trim()}`, async (after, signal) =>
    readEnded(query.trim(), after, signal),
  );
  return (
    <>
      <p className="mute">{text.lead}</p>
      <Field label={text.search}>
        {(field) => <input {...field} type="search" maxLength={200} value={query} onChange={(event) => setQuery(event.target.value)} />}
      </Field>
      {problem && <Problem error={problem} onRetry={reload} />}
      {!problem && !nodes && <Loading />}
      {nodes?.length === 0 && <p className="mute">{query.trim() ? text.noneFound : text.none}</p>}
      {nodes && nodes.length > 0 && (
        <table className="sheet">
          <thead>
            <tr>
              <th scope="col">{text.customer}</th>
              <th scope="col">{text.ended}</th>
              <th scope="col">
                <span className="visually-hidden">{text.acts}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((each) => (
              <EndedRow key={each.id} ended={each} onResumed={() => patch((now) => now.filter(({ id }) => id !== each.id))} />
            ))}
          </tbody>
        </table>
      )}
      <More {...more} />
    </>
  );
}

function EndedRow({ ended: { customerId, name, endedAt }, onResumed }: { ended: Ended; onResumed: () => void }) {
  const text = useTexts(endedTexts);
  const format = useFormat();
  const mayResume = useMay('RESUME_ASSOCIATION');
  const common = useTexts(settingsTexts);
  const save = useSave([]);
  const [isAsking, setAsking] = useState(false);

  async function resume(): Promise<void> {
    if (!(await save.run(async () => client.resumeAssociation({ customerId })))) return;
    setAsking(false);
    onResumed();
    tell(text.resumed(name));
    // Its rows are back in the list.
    readAgain();
  }

  return (
    <tr>
      <th scope="row">{name}</th>
      <td data-label={text.ended}>{format.moment(endedAt)}</td>
      <td className="row-acts">
        {mayResume && (
          <button type="button" className="button" aria-label={text.resumeOf(name)} onClick={() => setAsking(true)}>
            {text.resume}
          </button>
        )}
        {isAsking && (
          <Confirm
            title={text.resumeTitle(name)}
            act={text.resume}
            cancel={common.cancel}
            save={save}
            onConfirm={() => void resume()}
            onClose={() => setAsking(false)}
          >
            <p>{text.resumeLead}</p>
          </Confirm>
        )}
      </td>
    </tr>
  );
}
