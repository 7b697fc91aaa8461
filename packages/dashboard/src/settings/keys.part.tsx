import { useState } from 'react';
import { appTexts } from '../app/app.texts.ts';
import { Problem } from '../app/problem.tsx';
import { client } from '../data/client.ts';
import { usePages } from '../data/pages.ts';
import { useSave } from '../data/save.ts';
import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Loading } from '../ui/loading.tsx';
import { tell } from '../ui/toast.tsx';
import { CreateKey } from './create-key.tsx';
import { keysTexts } from './keys.texts.ts';
import { More } from './more.tsx';
import { settingsTexts } from './settings.texts.ts';

const keySelection = { id: true, role: true, createdAt: true, expiresAt: true, revokedAt: true, user: { id: true, name: true } } as const;

async function readKeys(after: string | undefined, signal?: AbortSignal) {
  const { viewer } = await client.query(
    {
      viewer: {
        partner: {
          apiKeys: { $: { first: 50, ...(after && { after }) }, nodes: keySelection, pageInfo: { hasNextPage: true, endCursor: true } },
        },
      },
    },
    { signal },
  );
  return viewer.partner.apiKeys;
}
type Key = Awaited<ReturnType<typeof readKeys>>['nodes'][number];

export function KeysPart() {
  const text = useTexts(keysTexts);
  const { nodes: keys, problem, reload, patch, ...more } = usePages('keys', readKeys);
  const [isCreating, setIsCreating] = useState(false);
  if (problem) return <Problem error={problem} onRetry={reload} />;
  if (!keys) return <Loading />;
  return (
    <>
      <p className="mute">{text.lead}</p>
      <div className="part-acts">
        <button type="button" className="button main" onClick={() => setIsCreating(true)}>
          {text.create}
        </button>
      </div>
      {keys.length === 0 ? (
        <p className="mute">{text.none}</p>
      ) : (
        <table className="sheet">
          <thead>
            <tr>
              <th scope="col">{text.key}</th>
              <th scope="col">{text.user}</th>
              <th scope="col">{text.role}</th>
              <th scope="col">{text.created}</th>
              <th scope="col">{text.expires}</th>
              <th scope="col">{text.state}</th>
              <th scope="col">
                <span className="visually-hidden">{text.acts}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <KeyRow
                key={key.id}
                apiKey={key}
                onChanged={(changed) => patch((now) => now.map((each) => (each.id === key.id ? changed : each)))}
              />
            ))}
          </tbody>
        </table>
      )}
      <More {...more} />
      {isCreating && (
        <CreateKey
          onClose={() => setIsCreating(false)}
          onCreated={(created) => patch((now) => [created, ...now.filter(({ id }) => id !== created.id)])}
        />
      )}
    </>
  );
}

const stateOf = ({ revokedAt, expiresAt }: Key): 'live' | 'expired' | 'revoked' =>
  revokedAt ? 'revoked' : expiresAt && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'live';

function KeyRow({ apiKey, onChanged }: { apiKey: Key; onChanged: (key: Key) => void }) {
  const text = useTexts(keysTexts);
  const common = useTexts(settingsTexts);
  const { roles } = useTexts(appTexts);
  const format = useFormat();
  const save = useSave([]);
  const [isRevoking, setIsRevoking] = useState(false);
  const { id, user, role, createdAt, expiresAt, revokedAt } = apiKey;
  const state = stateOf(apiKey);

  async function revoke(): Promise<void> {
    const done = await save.run(async () => client.revokeApiKey({ apiKeyId: id }));
    if (!done) return;
    setIsRevoking(false);
    onChanged({ ...apiKey, revokedAt: done.apiKey.revokedAt });
    tell(text.revoked(id));
  }

  return (
    <tr className={state === 'live' ? '' : 'past'}>
      <th scope="row">
        <code>{id}…</code>
      </th>
      <td data-label={text.user}>{user ? user.name : text.company}</td>
      <td data-label={text.role}>{roles[role]}</td>
      <td data-label={text.created}>{format.moment(createdAt)}</td>
      <td data-label={text.expires}>{expiresAt ? format.moment(expiresAt) : text.never}</td>
      <td data-label={text.state}>
        <span className={`chip ${state === 'live' ? 'ok' : 'pend'}`}>
          <i aria-hidden="true">{state === 'live' ? '✓' : '✕'}</i>
          {text.states[state]}
        </span>
        {revokedAt && <span className="sub">{text.on(format.moment(revokedAt))}</span>}
      </td>
      <td className="row-acts">
        {state !== 'revoked' && (
          <button type="button" className="button" aria-label={text.revokeKey(id)} onClick={() => setIsRevoking(true)}>
            {text.revoke}
          </button>
        )}
        {isRevoking && (
          <Confirm
            title={text.revokeTitle}
            act={text.revoke}
            cancel={common.cancel}
            isBad
            save={save}
            onConfirm={() => void revoke()}
            onClose={() => setIsRevoking(false)}
          >
            <p>{text.revokeLead(id)}</p>
          </Confirm>
        )}
      </td>
    </tr>
  );
}
