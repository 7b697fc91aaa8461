import { useState } from 'react';
import type { Locale } from '@partner-renewals/sdk';
import { Problem } from '../app/problem.tsx';
import { useAnswer } from '../data/answer.ts';
import { client } from '../data/client.ts';
import { useViewer } from '../data/viewer.store.ts';
import { useLabels } from '../text/labels.ts';
import { currentLocale, texts, useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { LocaleOptions } from '../ui/locale-options.tsx';
import { reminderWords } from './reminder-words.texts.ts';
import type { ReminderRow } from './reminders.selection.ts';

const previewTexts = texts({
  en: {
    title: 'What it would say today',
    language: 'Language',
    languages: { EN: 'English', DE: 'Deutsch' },
    decided: (status: string) => `It would not go out now: the status is “${status}”, so nothing is left to decide.`,
    tooLate: 'It would not go out now: the last day to decide has passed.',
    none: 'Today nobody would get it: the change is not upcoming, or nobody is to be reminded.',
    subject: 'Subject',
    forOther: (recipient: string, reader: string | null) =>
      `This text is as of today and for ${reader ?? 'a usual reader'}. The reminder itself is for ${recipient}.`,
    alone: 'The reminder leaves in one e-mail with others. Here you see what it would say alone.',
    close: 'Close',
  },
  de: {
    title: 'So würde die E-Mail heute lauten',
    language: 'Sprache',
    languages: { EN: 'English', DE: 'Deutsch' },
    decided: (status: string) => `Sie ginge jetzt nicht hinaus: Der Status ist „${status}“, also ist nichts mehr zu entscheiden.`,
    tooLate: 'Sie ginge jetzt nicht hinaus: Der letzte Tag zum Entscheiden ist vorbei.',
    none: 'Heute bekäme sie niemand: Die Änderung steht nicht an, oder niemand ist zu erinnern.',
    subject: 'Betreff',
    forOther: (recipient: string, reader: string | null) =>
      `Dieser Text hat den Stand von heute und gilt für ${reader ?? 'einen üblichen Empfänger'}. Die Erinnerung selbst ist für ${recipient}.`,
    alone: 'Die Erinnerung geht in einer E-Mail mit anderen hinaus. Hier steht, wie sie allein lauten würde.',
    close: 'Schließen',
  },
});

type Props = { reminder: ReminderRow; change: NonNullable<ReminderRow['contractChange']>; onClose: () => void };

/** For whom the API writes a preview: the primary contact of today, or the viewer. Without a user, it is a usual reader. */
function useReader({ reminder, change }: Pick<Props, 'reminder' | 'change'>) {
  const { user } = useViewer();
  return reminder.kind === 'CUSTOMER_NOTICE' ? change.primaryContact : user;
}

/** A reminder as it would be composed now. Its text only: the page's policy allows no HTML with styles of its own. */
export function PreviewDialog({ reminder, change, onClose }: Props) {
  const { id: contractChangeId } = change;
  const { kind, recipientName, recipientAddress, recipientKind } = reminder;
  const text = useTexts(previewTexts);
  const words = useTexts(reminderWords);
  const reader = useReader({ reminder, change });
  const labels = useLabels();
  // Both ask for a decision.
  const asks = kind === 'DEADLINE_REMINDER' || kind === 'CUSTOMER_NOTICE';
  const notNow =
    asks && change.status !== 'PENDING'
      ? text.decided(labels.value('status', change.status))
      : asks && change.daysUntilLastDecision < 0
        ? text.tooLate
        : null;
  const recipientId = reminder.user?.id ?? reminder.contact?.id;
  const recipient = recipientName ?? recipientAddress ?? (recipientKind && words.recipients[recipientKind]);
  const [language, setLanguage] = useState<Locale>(currentLocale());
  const { value, problem, reload } = useAnswer(`preview ${language}`, async (signal) => {
    if (notNow) return undefined;
    const { previewReminder } = await client.query(
      { previewReminder: { $: { contractChangeId, kind, language }, subject: true, text: true } },
      { signal },
    );
    return previewReminder;
  });
  return (
    <Dialog title={text.title} closeLabel={text.close} onClose={onClose}>
      {notNow && <p className="note">{notNow}</p>}
      {!notNow && (
        <Field label={text.language}>
          {(props) => (
            <select {...props} value={language} onChange={(event) => setLanguage(event.target.value as Locale)}>
              <LocaleOptions languages={text.languages} />
            </select>
          )}
        </Field>
      )}
      {problem && <Problem error={problem} onRetry={reload} />}
      {!problem && !notNow && value === undefined && <Loading />}
      {!problem && !notNow && value === null && <p className="note">{text.none}</p>}
      {value && recipient && (!reader || reader.id !== recipientId) && (
        <p className="note">{text.forOther(recipient, reader?.name ?? null)}</p>
      )}
      {value && reminder.bundle !== null && <p className="note">{text.alone}</p>}
      {value && (
        <div className="mail" lang={language.toLowerCase()}>
          <p>
            <span className="sub">{text.subject}</span>
            <b>{value.subject}</b>
          </p>
          <pre tabIndex={0}>{value.text}</pre>
        </div>
      )}
    </Dialog>
  );
}
