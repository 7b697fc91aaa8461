import { useState } from 'react';
import type { Locale, ReminderKind } from '@partner-renewals/sdk';
import { Problem } from '../app/problem.tsx';
import { useAnswer } from '../data/answer.ts';
import { client } from '../data/client.ts';
import { currentLocale, texts, useTexts } from '../text/language.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Field } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';

const previewTexts = texts({
  en: {
    title: 'What it would say today',
    language: 'Language',
    languages: { EN: 'English', DE: 'Deutsch' },
    none: 'Today nobody would get it: the change is not upcoming, or nobody is to be reminded.',
    subject: 'Subject',
    close: 'Close',
  },
  de: {
    title: 'Was sie heute sagen würde',
    language: 'Sprache',
    languages: { EN: 'English', DE: 'Deutsch' },
    none: 'Heute bekäme sie niemand: Die Änderung steht nicht an, oder niemand ist zu erinnern.',
    subject: 'Betreff',
    close: 'Schließen',
  },
});

type Props = { contractChangeId: string; kind: ReminderKind; onClose: () => void };

/** A reminder as it would be composed now. Its text only: the page's policy allows no HTML with styles of its own. */
export function PreviewDialog({ contractChangeId, kind, onClose }: Props) {
  const text = useTexts(previewTexts);
  const [language, setLanguage] = useState<Locale>(currentLocale());
  const { value, problem, reload } = useAnswer(`preview ${language}`, async (signal) => {
    const { previewReminder } = await client.query(
      { previewReminder: { $: { contractChangeId, kind, language }, subject: true, text: true } },
      { signal },
    );
    return previewReminder;
  });
  return (
    <Dialog title={text.title} closeLabel={text.close} onClose={onClose}>
      <Field label={text.language}>
        {(props) => (
          <select {...props} value={language} onChange={(event) => setLanguage(event.target.value as Locale)}>
            {(Object.keys(text.languages) as Locale[]).map((each) => (
              <option key={each} value={each}>
                {text.languages[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {problem && <Problem error={problem} onRetry={reload} />}
      {!problem && value === undefined && <Loading />}
      {!problem && value === null && <p className="note">{text.none}</p>}
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
