import { useState } from 'react';
import type { PartnerUserRole } from '@partner-renewals/sdk';
import { actsTexts } from '../acts/acts.texts.ts';
import { appTexts } from '../app/app.texts.ts';
import { Problem } from '../app/problem.tsx';
import { useAnswer } from '../data/answer.ts';
import { client } from '../data/client.ts';
import { useSave } from '../data/save.ts';
import { useMay, useViewer } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Confirm } from '../ui/confirm.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { Loading } from '../ui/loading.tsx';
import { tell } from '../ui/toast.tsx';
import { CreateUser } from './create-user.tsx';
import { RoleOptions } from './role-options.tsx';
import { settingsTexts } from './settings.texts.ts';
import { readUsers, type User } from './users.ts';
import { usersTexts } from './users.texts.ts';

const manyUsers = 10;

export function UsersPart() {
  const text = useTexts(usersTexts);
  const common = useTexts(settingsTexts);
  const mayManage = useMay('MANAGE_USERS');
  const { value: users, problem, reload, show } = useAnswer('users', readUsers);
  const [query, setQuery] = useState('');
  const [isCreating, setIsCreating] = useState(false);
  if (problem) return <Problem error={problem} onRetry={reload} />;
  if (!users) return <Loading />;
  const asked = query.trim().toLocaleLowerCase();
  const shown = users.filter(({ name, email }) => `${name} ${email}`.toLocaleLowerCase().includes(asked));
  return (
    <>
      <p className="mute">{text.lead}</p>
      {!mayManage && <p className="note">{common.readOnly}</p>}
      <div className="part-acts">
        {users.length > manyUsers && (
          <input
            type="search"
            aria-label={text.search}
            placeholder={text.search}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        )}
        {mayManage && (
          <button type="button" className="button main" onClick={() => setIsCreating(true)}>
            {text.create}
          </button>
        )}
      </div>
      {shown.length === 0 ? (
        <p className="mute">{text.none}</p>
      ) : (
        <table className="sheet">
          <thead>
            <tr>
              <th scope="col">{text.name}</th>
              <th scope="col">{text.email}</th>
              <th scope="col">{text.role}</th>
              {mayManage && (
                <th scope="col">
                  <span className="visually-hidden">{text.acts}</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((user) => (
              <UserRow
                key={user.id}
                user={user}
                mayManage={mayManage}
                onChanged={(changed) => show((now) => now.map((each) => (each.id === user.id ? changed : each)))}
                onRemoved={() => show((now) => now.filter(({ id }) => id !== user.id))}
              />
            ))}
          </tbody>
        </table>
      )}
      {isCreating && (
        <CreateUser
          onClose={() => setIsCreating(false)}
          onCreated={(user) => {
            setIsCreating(false);
            show((now) => [...now, user].sort((one, other) => one.name.localeCompare(other.name)));
            tell(text.created(user.name));
          }}
        />
      )}
    </>
  );
}

type RowProps = { user: User; mayManage: boolean; onChanged: (user: User) => void; onRemoved: () => void };

function UserRow({ user, mayManage, onChanged, onRemoved }: RowProps) {
  const text = useTexts(usersTexts);
  const { roles } = useTexts(appTexts);
  const common = useTexts(settingsTexts);
  const { undo: undoLabel } = useTexts(actsTexts);
  const isViewer = useViewer().user?.id === user.id;
  const saveRole = useSave(['role'], text.invalid);
  const saveRemoval = useSave([], text.invalid);
  const [isRemoving, setIsRemoving] = useState(false);

  async function setRole(role: PartnerUserRole): Promise<void> {
    onChanged({ ...user, role });
    const done = await saveRole.run(async () => client.setPartnerUserRole({ userId: user.id, role }));
    onChanged(done ? { ...user, role: done.user.role } : user);
    if (!done) return;
    const undo = { label: undoLabel, run: () => void setRole(user.role) };
    tell(text.roleSaved(user.name, roles[done.user.role]), role === user.role ? {} : { action: undo });
  }

  async function remove(): Promise<void> {
    const done = await saveRemoval.run(async () => client.removePartnerUser({ userId: user.id }));
    if (!done) return;
    setIsRemoving(false);
    onRemoved();
    tell(text.removed(user.name));
  }

  return (
    <tr>
      <th scope="row">
        {user.name}
        {isViewer && <span className="tag">{text.you}</span>}
      </th>
      <td data-label={text.email}>{user.email}</td>
      <td data-label={text.role}>
        {mayManage ? (
          <select
            aria-label={text.roleOf(user.name)}
            className="small"
            value={user.role}
            aria-invalid={saveRole.errorAt('role') ? true : undefined}
            onChange={(event) => void setRole(event.target.value as PartnerUserRole)}
          >
            <RoleOptions />
          </select>
        ) : (
          roles[user.role]
        )}
        {saveRole.errorAt('role') && (
          <div className="fault" role="alert">
            {saveRole.errorAt('role')}
          </div>
        )}
        <FormErrors sentences={saveRole.others} />
      </td>
      {mayManage && (
        <td className="row-acts">
          <button type="button" className="button" aria-label={text.removeUser(user.name)} onClick={() => setIsRemoving(true)}>
            {text.remove}
          </button>
          {isRemoving && (
            <Confirm
              title={text.removeTitle(user.name)}
              act={text.remove}
              cancel={common.cancel}
              isBad
              save={saveRemoval}
              onConfirm={() => void remove()}
              onClose={() => setIsRemoving(false)}
            >
              <p>{text.removeLead}</p>
              <ul>
                {Object.values(text.removeGoes).map((each) => (
                  <li key={each}>{each}</li>
                ))}
              </ul>
              <p>{text.removeStays}</p>
            </Confirm>
          )}
        </td>
      )}
    </tr>
  );
}
