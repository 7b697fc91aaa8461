import { useRef, useState, type FormEvent } from 'react';
import type { PartnerUserRole } from '@partner-renewals/sdk';
import { useAnswer } from '../data/answer.ts';
import { client } from '../data/client.ts';
import { useSave } from '../data/save.ts';
import { useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { FormErrors } from '../ui/form-errors.tsx';
import { keysTexts } from './keys.texts.ts';
import { RoleOptions } from './role-options.tsx';
import { settingsTexts } from './settings.texts.ts';
import { readUsers } from './users.ts';

type NewKey = {
  readonly id: string;
  readonly role: PartnerUserRole;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly user: { readonly id: string; readonly name: string } | null;
};

const day = 86_400_000;
const lifetimes = [30, 90, 365] as const;

/** Asks for the user, the role and the lifetime of a key, and then shows it, once. */
export function CreateKey({ onClose, onCreated }: { onClose: () => void; onCreated: (key: NewKey) => void }) {
  const text = useTexts(keysTexts);
  const common = useTexts(settingsTexts);
  const users = useAnswer('users', readUsers);
  const save = useSave(['role', 'userId', 'expiresAt'], text.invalid);
  const [wanted, setWanted] = useState({ userId: '', role: 'VIEWER' as PartnerUserRole, days: 90 });
  const [created, setCreated] = useState<{ readonly key: string | null } | null>(null);

  async function create(event: FormEvent): Promise<void> {
    event.preventDefault();
    const { userId, role, days } = wanted;
    const expiresAt = days > 0 ? new Date(Date.now() + days * day).toISOString() : null;
    const done = await save.run(async () => client.createApiKey({ role, expiresAt, userId: userId || null }));
    if (!done) return;
    onCreated(done.apiKey);
    setCreated({ key: done.key });
  }

  if (created) return <NewKeyOnce apiKey={created.key} onClose={onClose} />;
  return (
    <Dialog title={text.create} closeLabel={common.close} onClose={onClose}>
      <form className="settings-form" noValidate onSubmit={(event) => void create(event)}>
        <Field label={text.user} error={save.errorAt('userId')}>
          {(props) => (
            <select {...props} value={wanted.userId} onChange={(event) => setWanted({ ...wanted, userId: event.target.value })}>
              <option value="">{text.company}</option>
              {users.value?.map(({ id, name, email }) => (
                <option key={id} value={id}>
                  {name} ({email})
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={text.role} hint={text.roleHint} error={save.errorAt('role')}>
          {(props) => (
            <select
              {...props}
              value={wanted.role}
              onChange={(event) => setWanted({ ...wanted, role: event.target.value as PartnerUserRole })}
            >
              <RoleOptions />
            </select>
          )}
        </Field>
        <Field label={text.expires} error={save.errorAt('expiresAt')}>
          {(props) => (
            <select {...props} value={wanted.days} onChange={(event) => setWanted({ ...wanted, days: Number(event.target.value) })}>
              {lifetimes.map((days) => (
                <option key={days} value={days}>
                  {text.days(days)}
                </option>
              ))}
              <option value={0}>{text.never}</option>
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

function NewKeyOnce({ apiKey, onClose }: { apiKey: string | null; onClose: () => void }) {
  const text = useTexts(keysTexts);
  const shown = useRef<HTMLElement>(null);
  const [told, setTold] = useState('');

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(apiKey ?? '');
      setTold(text.copied);
    } catch {
      // Without https, browsers offer no clipboard.
      getSelection()?.selectAllChildren(shown.current!);
      setTold(text.copyByHand);
    }
  }

  return (
    <Dialog title={text.onceTitle} closeLabel={text.done} onClose={onClose}>
      {apiKey === null ? (
        <p>{text.onceAgain}</p>
      ) : (
        <>
          <p>{text.onceLead}</p>
          <div className="key-once">
            <code ref={shown}>{apiKey}</code>
            <button type="button" className="button" onClick={() => void copy()}>
              {text.copy}
            </button>
          </div>
          <p className="hint" role="status">
            {told}
          </p>
        </>
      )}
      <div className="dialog-acts">
        <button type="button" className="button main" onClick={onClose}>
          {text.done}
        </button>
      </div>
    </Dialog>
  );
}
