import { Problem } from '../app/problem.tsx';
import { useAnswer } from '../data/answer.ts';
import { client } from '../data/client.ts';
import { list } from '../data/list.store.ts';
import { refresh } from '../data/list.window.ts';
import { useSave } from '../data/save.ts';
import { useMay, useViewer } from '../data/viewer.store.ts';
import { useTexts } from '../text/language.ts';
import { Check, Field } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { tell } from '../ui/toast.tsx';
import { useDraft } from './draft.ts';
import { SettingsForm } from './form.tsx';
import { partnerTexts } from './partner.texts.ts';
import { settingsTexts } from './settings.texts.ts';
import { readUsers, type User } from './users.ts';

async function readPartner(signal: AbortSignal) {
  const [{ viewer }, users] = await Promise.all([
    client.query(
      { viewer: { partner: { settings: { ownsAllTransactionalConversations: true, pointOfContact: { id: true } } } } },
      { signal },
    ),
    readUsers(signal),
  ]);
  const { ownsAllTransactionalConversations, pointOfContact } = viewer.partner.settings;
  return { settings: { ownsAllTransactionalConversations, pointOfContactId: pointOfContact?.id ?? null }, users };
}
type Values = Awaited<ReturnType<typeof readPartner>>['settings'];

export function PartnerPart() {
  const { value, problem, reload, show } = useAnswer('partner', readPartner);
  if (problem) return <Problem error={problem} onRetry={reload} />;
  if (!value) return <Loading />;
  return <PartnerForm base={value.settings} users={value.users} onSaved={(settings) => show((now) => ({ ...now, settings }))} />;
}

function PartnerForm({ base, users, onSaved }: { base: Values; users: readonly User[]; onSaved: (values: Values) => void }) {
  const text = useTexts(partnerTexts);
  const common = useTexts(settingsTexts);
  const { partner } = useViewer();
  const mayChange = useMay('UPDATE_SETTINGS');
  const save = useSave(['ownsAllTransactionalConversations', 'pointOfContactId']);
  const { draft, changes, isChanged, set, discard } = useDraft('partner', base);

  async function send(): Promise<void> {
    const done = await save.run(async () => client.updatePartnerSettings(changes));
    if (!done) return;
    const { ownsAllTransactionalConversations, pointOfContact } = done.partner.settings;
    onSaved({ ownsAllTransactionalConversations, pointOfContactId: pointOfContact?.id ?? null });
    discard();
    tell(common.saved);
    // The setting decides the owner of many rows.
    if ('ownsAllTransactionalConversations' in changes && list.get().updatedAt) void refresh();
  }

  return (
    <>
      {!mayChange && <p className="note">{common.readOnly}</p>}
      <SettingsForm save={save} mayChange={mayChange} isChanged={isChanged} onSave={() => void send()} onDiscard={discard}>
        <fieldset disabled={!mayChange}>
          <Field label={text.name} hint={text.nameHint}>
            {(props) => <input {...props} value={partner.name} readOnly />}
          </Field>
          <Check
            label={text.ownsAll}
            hint={text.ownsAllHint}
            checked={draft.ownsAllTransactionalConversations}
            onChange={(ownsAllTransactionalConversations) => set({ ownsAllTransactionalConversations })}
          />
          <Field label={text.contact} hint={text.contactHint} error={save.errorAt('pointOfContactId')}>
            {(props) => (
              <select
                {...props}
                value={draft.pointOfContactId ?? ''}
                onChange={(event) => set({ pointOfContactId: event.target.value || null })}
              >
                <option value="">{text.nobody}</option>
                {users.map(({ id, name, email }) => (
                  <option key={id} value={id}>
                    {name} ({email})
                  </option>
                ))}
              </select>
            )}
          </Field>
        </fieldset>
      </SettingsForm>
    </>
  );
}
