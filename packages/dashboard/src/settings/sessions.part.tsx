import { useState } from 'react';
import type { Selection, Session } from '@partner-renewals/sdk';
import { appTexts } from '../app/app.texts.ts';
import { Problem } from '../app/problem.tsx';
import { client } from '../data/client.ts';
import { usePages } from '../data/pages.ts';
import { useSave } from '../data/save.ts';
import { signOut } from '../data/sign-in.ts';
import { useMay } from '../data/viewer.store.ts';
import { useFormat } from '../text/format.ts';
import { useTexts } from '../text/language.ts';
import { Confirm } from '../ui/confirm.tsx';
import { Loading } from '../ui/loading.tsx';
import { tell } from '../ui/toast.tsx';
import { More } from './more.tsx';
import { settingsTexts } from './settings.texts.ts';
import { sessionsTexts } from './sessions.texts.ts';

const sessionSelection = {
  ...{ id: true, createdAt: true, device: true, endedAt: true, expiresAt: true, isCurrent: true, lastUsedAt: true, method: true },
  user: { id: true, name: true },
} as const satisfies Selection<Session>;

async function readSessions(ofAll: boolean, after: string | undefined, signal?: AbortSignal) {
  const sessions = {
    $: { first: 50, ...(after && { after }) },
    nodes: sessionSelection,
    pageInfo: { hasNextPage: true, endCursor: true },
  } as const;
  if (ofAll) return (await client.query({ viewer: { partner: { sessions } } }, { signal })).viewer.partner.sessions;
  return (await client.query({ viewer: { sessions } }, { signal })).viewer.sessions;
}
type Row = Awaited<ReturnType<typeof readSessions>>['nodes'][number];

/** Where the viewer is signed in; for an administrator, where everyone is. */
export function SessionsPart() {
  const text = useTexts(sessionsTexts);
  const maySeeAll = useMay('MANAGE_SESSIONS');
  const [ofAll, setOfAll] = useState(false);
  const { nodes, problem, reload, patch, ...more } = usePages(`sessions ${ofAll}`, async (after, signal) =>
    readSessions(ofAll, after, signal),
  );
  return (
    <>
      <p className="mute">{ofAll ? text.leadAll : text.lead}</p>
      {maySeeAll && (
        <div className="part-acts">
          <select
            className="small"
            aria-label={text.whose}
            value={String(ofAll)}
            onChange={(event) => setOfAll(event.target.value === 'true')}
          >
            <option value="false">{text.mine}</option>
            <option value="true">{text.all}</option>
          </select>
        </div>
      )}
      {problem && <Problem error={problem} onRetry={reload} />}
      {!problem && !nodes && <Loading />}
      {nodes?.length === 0 && <p className="mute">{text.none}</p>}
      {nodes && nodes.length > 0 && (
        <table className="sheet">
          <thead>
            <tr>
              <th scope="col">{text.device}</th>
              {ofAll && <th scope="col">{text.user}</th>}
              <th scope="col">{text.method}</th>
              <th scope="col">{text.began}</th>
              <th scope="col">{text.used}</th>
              <th scope="col">{text.state}</th>
              <th scope="col">
                <span className="visually-hidden">{text.acts}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {nodes.map((each) => (
              <SessionRow
                key={each.id}
                session={each}
                showsUser={ofAll}
                onEnded={(ended) => patch((now) => now.map((other) => (other.id === ended.id ? ended : other)))}
              />
            ))}
          </tbody>
        </table>
      )}
      <More {...more} />
    </>
  );
}

const stateOf = ({ endedAt, expiresAt }: Row): 'live' | 'expired' | 'ended' =>
  endedAt ? 'ended' : Date.parse(expiresAt) <= Date.now() ? 'expired' : 'live';

function SessionRow({ session, showsUser, onEnded }: { session: Row; showsUser: boolean; onEnded: (session: Row) => void }) {
  const text = useTexts(sessionsTexts);
  const app = useTexts(appTexts);
  const format = useFormat();
  const common = useTexts(settingsTexts);
  const save = useSave([]);
  const [isAsking, setAsking] = useState(false);
  const { id, device, user, method, createdAt, lastUsedAt, expiresAt, endedAt, isCurrent } = session;
  const state = stateOf(session);

  async function end(): Promise<void> {
    const done = await save.run(async () => client.endSession({ sessionId: id }));
    if (!done) return;
    setAsking(false);
    onEnded({ ...session, endedAt: done.session.endedAt });
    tell(text.ended);
  }

  const leave = async (): Promise<void> => {
    if (!(await signOut())) tell(app.stillSignedIn, { kind: 'fault' });
  };

  return (
    <tr className={state === 'live' ? '' : 'past'}>
      <th scope="row">
        {device ?? text.unknownDevice}
        {isCurrent && <span className="tag">{text.this}</span>}
      </th>
      {showsUser && <td data-label={text.user}>{user ? user.name : text.company}</td>}
      <td data-label={text.method}>{text.methods[method]}</td>
      <td data-label={text.began}>{format.moment(createdAt)}</td>
      <td data-label={text.used}>{format.moment(lastUsedAt)}</td>
      <td data-label={text.state}>
        <span className={`chip ${state === 'live' ? 'ok' : 'pend'}`}>
          <i aria-hidden="true">{state === 'live' ? '✓' : '✕'}</i>
          {text.states[state]}
        </span>
        <span className="sub">{endedAt ? text.on(format.moment(endedAt)) : text.live(format.moment(expiresAt))}</span>
      </td>
      <td className="row-acts">
        {state === 'live' && (
          <button
            type="button"
            className="button"
            aria-label={isCurrent ? undefined : text.endSession(device ?? text.unknownDevice)}
            onClick={() => (isCurrent ? void leave() : setAsking(true))}
          >
            {isCurrent ? text.signOut : text.end}
          </button>
        )}
        {isAsking && (
          <Confirm
            title={text.endTitle(device ?? text.unknownDevice)}
            act={text.end}
            cancel={common.cancel}
            isBad
            save={save}
            onConfirm={() => void end()}
            onClose={() => setAsking(false)}
          >
            <p>{text.endLead}</p>
          </Confirm>
        )}
      </td>
    </tr>
  );
}
