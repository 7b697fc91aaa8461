import { Suspense, useEffect, type MouseEvent } from 'react';
import { loadPage } from '../data/first-paint.ts';
import { freshness } from '../data/freshness.ts';
import { list } from '../data/list.store.ts';
import { refresh } from '../data/list.window.ts';
import { followWindows, session, signedOut } from '../data/session.store.ts';
import { useStore } from '../data/store.ts';
import { known } from '../data/viewer.store.ts';
import { focusRows, followKeys, keysDialog } from '../keys/keys.ts';
import { RenewalsPage } from '../table/renewals.page.tsx';
import { useTexts } from '../text/language.ts';
import { late } from '../ui/late.ts';
import { Loading } from '../ui/loading.tsx';
import { Announcer, Toasts } from '../ui/toast.tsx';
import { navigate, useAddress } from './address.ts';
import { appTexts } from './app.texts.ts';
import { Banner } from './banner.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { focusHeading } from './focus-heading.ts';
import { Header } from './header.tsx';
import { pageOf, type Page } from './pages.ts';
import { Problem } from './problem.tsx';
import { useTitle } from './title.ts';

const CustomerDrawer = late(async () => ({ default: (await import('../drawer/customer.drawer.tsx')).CustomerDrawer }));
const Reminders = late(async () => ({ default: (await import('../reminders/reminders.page.tsx')).RemindersPage }));
const Settings = late(async () => ({ default: (await import('../settings/settings.page.tsx')).SettingsPage }));
const SignIn = late(async () => ({ default: (await import('../sign-in/sign-in.page.tsx')).SignInPage }));
const NotFoundPage = late(async () => ({ default: (await import('./not-found.tsx')).NotFoundPage }));
const SignedIn = late(async () => ({ default: (await import('../sign-in/signed-in.page.tsx')).SignedInPage }));
const KeysDialog = late(async () => ({ default: (await import('../keys/keys.dialog.tsx')).KeysDialog }));
const SignInDialog = late(async () => ({ default: (await import('../sign-in/sign-in.dialog.tsx')).SignInDialog }));

export function App() {
  const { path, search } = useAddress();
  const text = useTexts(appTexts);
  const page = pageOf(path);
  const isSignedOut = useStore(known) === null;
  const isLost = useStore(session) === 'lost';
  const showsKeys = useStore(keysDialog);
  useEffect(followKeys, []);
  useEffect(() => {
    // Where the viewer wanted to go is kept in the address of the sign-in.
    if (isSignedOut && !page.name.startsWith('sign'))
      navigate(path === '/' && !search ? '/sign-in' : signInFor(path + search), { replace: true });
  }, [isSignedOut, page.name, path, search]);
  useEffect(
    () =>
      followWindows({
        'signed in': () => void ((known.get() === null || session.get() !== 'open') && goOn()),
        'signed out': () => void signedOut(),
      }),
    [],
  );
  // The rooms read their own answers again.
  useEffect(
    () => freshness.subscribe(() => void (known.get() && pageOf(location.pathname).name === 'renewals' ? refresh() : loadPage())),
    [],
  );
  return (
    <>
      <a className="skip" href="#main" onClick={skip}>
        {page.name === 'renewals' ? text.skipToRows : text.skip}
      </a>
      <Header page={page} />
      <Banner />
      {/* Before the page, where the focus goes when an act took away what had it: Shift+Tab then leads to “Undo”. */}
      <Toasts closeLabel={text.close} />
      <main id="main" tabIndex={-1}>
        <ErrorBoundary key={page.name}>
          <Suspense fallback={<Loading />}>
            <Shown page={page} />
            <Arrived page={page} />
          </Suspense>
        </ErrorBoundary>
      </main>
      <Suspense>{isLost && <SignInDialog />}</Suspense>
      <Suspense>{showsKeys && <KeysDialog onClose={() => keysDialog.set(false)} />}</Suspense>
      <Announcer />
    </>
  );
}

/** Past the search, the views and the filters to the rows, if there are any. */
function skip(event: MouseEvent): void {
  if (!document.querySelector('.rows tbody th a')) return;
  event.preventDefault();
  focusRows();
}

const goOn = async () => (await import('../data/sign-in.ts')).goOn({ isOwnWindow: false });
const signInFor = (to: string): string => `/sign-in?to=${encodeURIComponent(to)}`;

function Shown({ page }: { page: Page }) {
  const isSignedOut = useStore(known) === null;
  if (page.name === 'sign-in') return <SignIn />;
  if (page.name === 'signed-in') return <SignedIn />;
  // The sign-in follows at once.
  if (isSignedOut) return null;
  if (page.name === 'unknown') return <NotFoundPage />;
  if (page.name === 'renewals') return <RenewalsWithTitle customerId={page.customerId} />;
  return <KnownPage page={page} />;
}

function RenewalsWithTitle({ customerId }: { customerId: string | null }) {
  const isKnown = Boolean(useStore(known));
  useTitle(useTexts(appTexts).renewals);
  return (
    <>
      <RenewalsPage />
      <Suspense>{isKnown && customerId !== null && <CustomerDrawer customerId={customerId} />}</Suspense>
    </>
  );
}

/** A page that needs to know the viewer first. */
function KnownPage({ page }: { page: Page }) {
  const isKnown = Boolean(useStore(known));
  const { problem } = useStore(list);
  if (isKnown) return page.name === 'settings' ? <Settings part={page.part} /> : <Reminders />;
  return problem ? <Problem error={problem} onRetry={() => void loadPage()} /> : <Loading />;
}

let arrivedAt: string | undefined;

/** Moves the focus to the heading of another page, as a browser does when it loads one. It appears together with the page. */
function Arrived({ page }: { page: Page }) {
  const key = page.name === 'settings' ? `settings ${page.part}` : page.name;
  useEffect(() => {
    const isFirst = arrivedAt === undefined;
    if (arrivedAt === key) return;
    arrivedAt = key;
    // The browser has just loaded it.
    if (isFirst) return;
    focusHeading();
    scrollTo(0, 0);
  }, [key]);
  return null;
}
