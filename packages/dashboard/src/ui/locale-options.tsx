import type { Locale } from '@partner-renewals/sdk';

/** The languages as options of a select. */
export const LocaleOptions = ({ languages }: { languages: Record<Locale, string> }) =>
  (Object.keys(languages) as Locale[]).map((each) => (
    <option key={each} value={each}>
      {languages[each]}
    </option>
  ));
