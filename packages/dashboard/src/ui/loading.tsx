import { texts, useTexts } from '../text/language.ts';

const loadingTexts = texts({ en: { loading: 'Loading …' }, de: { loading: 'Wird geladen …' } });

/** Shown after 300 ms only, so that quick answers do not flicker. */
export function Loading({ label }: { label?: string }) {
  const text = useTexts(loadingTexts);
  return (
    <p className="loading" role="status">
      {label ?? text.loading}
    </p>
  );
}
