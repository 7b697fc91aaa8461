import { lazy, Suspense } from 'react';
import { Toasts } from '../ui/toast.tsx';
import { useAddress } from './address.ts';
import { texts, useTexts } from '../text/language.ts';

const appTexts = texts({
  en: { close: 'Close' },
  de: { close: 'Schließen' },
});

const Renewals = lazy(async () => ({ default: (await import('../table/renewals.page.tsx')).RenewalsPage }));

export function App() {
  const { path } = useAddress();
  const text = useTexts(appTexts);
  return (
    <>
      <Suspense fallback={null}>{path === '/' && <Renewals />}</Suspense>
      <Toasts closeLabel={text.close} />
    </>
  );
}
