import { useState, type FormEvent } from 'react';
import type { PartnerUserRole } from '@partner-renewals/sdk';
import { client } from '../data/client.ts';
import { useSave } from '../data/save.ts';
import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { RoleOptions } from './role-options.tsx';
import { settingsTexts } from './settings.texts.ts';
import type { User } from './users.ts';
import { usersTexts } from './users.texts.ts';

export function CreateUser({ onClose, onCreated }: { onClose: () => void; onCreated: (user: User) => void }) {
  const text = useTexts(usersTexts);
  const common = useTexts(settingsTexts);
  const save = useSave(['name', 'email', 'role'], text.newInvalid);
  const [user, setUser] = useState({ name: '', email: '', role: 'VIEWER' as PartnerUserRole });

  async function create(event: FormEvent): Promise<void> {
    event.preventDefault();
    const done = await save.run(async () => client.createPartnerUser(user));
    if (done) onCreated(done.user);
  }

  return (
    <Dialog title={text.create} closeLabel={common.close} onClose={onClose}>
      <form className="settings-form" noValidate onSubmit={(event) => void create(event)}>
        <Field label={text.name} error={save.errorAt('name')}>
          {(props) => (
            <input {...props} autoComplete="off" value={user.name} onChange={(event) => setUser({ ...user, name: event.target.value })} />
          )}
        </Field>
        <Field label={text.email} hint={text.emailHint} error={save.errorAt('email')}>
          {(props) => (
            <input
              {...props}
              type="email"
              autoComplete="off"
              value={user.email}
              onChange={(event) => setUser({ ...user, email: event.target.value })}
            />
          )}
        </Field>
        <Field label={text.role} hint={text.roleHints[user.role]} error={save.errorAt('role')}>
          {(props) => (
            <select {...props} value={user.role} onChange={(event) => setUser({ ...user, role: event.target.value as PartnerUserRole })}>
              <RoleOptions />
            </select>
          )}
        </Field>
        <FormErrors sentences={save.others} />
        <div className="dialog-acts">
          <button type="button" className="button" onClick={onClose}>
            {common.cancel}
          </button>
          <button type="submit" className="button main" disabled={save.isBusy}>
            {text.create}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
