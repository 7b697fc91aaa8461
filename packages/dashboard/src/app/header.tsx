import { Suspense, type ReactNode } from 'react';
import { keysDialog } from '../keys/keys.ts';
import { late } from '../ui/late.ts';
import { Link } from '../ui/link.tsx';
import { Loading } from '../ui/loading.tsx';
import { MenuGroup } from '../ui/menu-group.tsx';
import { Menu, MenuItem, MenuLink, MenuRadio } from '../ui/menu.tsx';
import { tell } from '../ui/toast.tsx';
import { setLanguage, useLanguage, useTexts, type Language } from '../text/language.ts';
import { useStore } from '../data/store.ts';
import { known } from '../data/viewer.store.ts';
import type { Viewer } from '../data/viewer.selection.ts';
import { appTexts } from './app.texts.ts';
import type { Page } from './pages.ts';
import { useIsNarrow } from './narrow.ts';
import { setTheme, themes, useTheme } from './theme.ts';

// Loaded when their menu is used.
const DeveloperLinks = late(async () => ({ default: (await import('./developer-links.tsx')).DeveloperLinks }));
const signOut = async (failed: string) => {
  if (!(await (await import('../data/sign-in.ts')).signOut())) tell(failed, { kind: 'fault' });
};

const languages: Record<Language, string> = { en: 'English', de: 'Deutsch' };

const links = [
  { name: 'renewals', href: '/' },
  { name: 'reminders', href: '/reminders' },
  { name: 'settings', href: '/settings' },
] as const;

/** The head of each page. Who is signed in is null as long as it is not known. */
export function Header({ page }: { page: Page }) {
  const text = useTexts(appTexts);
  const viewer = useStore(known)?.viewer ?? null;
  const isNarrow = useIsNarrow();
  return (
    <header className="head">
      <Link href="/" className="brand">
        Partner Renewals
        <small>{viewer?.partner.name ?? '\u00a0'}</small>
      </Link>
      {isNarrow ? <PhoneMenu viewer={viewer} /> : <WideMenu page={page} viewer={viewer} label={text.main} />}
    </header>
  );
}

function WideMenu({ page, viewer, label }: { page: Page; viewer: Viewer | null; label: string }) {
  const text = useTexts(appTexts);
  return (
    <>
      {viewer && (
        <nav aria-label={label}>
          {links.map(({ name, href }) => (
            <Link key={name} href={href} aria-current={page.name === name ? 'page' : undefined}>
              {text[name]}
            </Link>
          ))}
        </nav>
      )}
      <div className="head-menus">
        {viewer && (
          <Menu
            label={text.developers}
            className="head-button"
            button={
              <>
                {text.developers} {chevron}
              </>
            }
          >
            <Suspense fallback={<Loading />}>
              <DeveloperLinks />
            </Suspense>
          </Menu>
        )}
        <LanguageMenu />
        {viewer ? (
          <Menu label={`${initials(nameOf(viewer))}, ${text.account(nameOf(viewer))}`} className="who" button={initials(nameOf(viewer))}>
            <Account viewer={viewer} />
            <ThemeChoice />
            <MenuGroup label={text.accountItems}>
              <AccountItems />
            </MenuGroup>
          </Menu>
        ) : null}
      </div>
    </>
  );
}

/** Everything in one menu. */
function PhoneMenu({ viewer }: { viewer: Viewer | null }) {
  const text = useTexts(appTexts);
  const language = useLanguage();
  return (
    <Menu label={text.menu} className="head-button phone-menu" button={bars}>
      {viewer && <Account viewer={viewer} />}
      {viewer && (
        <MenuGroup label={text.pages}>
          {links.map(({ name, href }) => (
            <MenuLink key={name} href={href}>
              {text[name]}
            </MenuLink>
          ))}
        </MenuGroup>
      )}
      <MenuGroup label={text.language}>
        <LanguageItems language={language} />
      </MenuGroup>
      <ThemeChoice />
      {viewer && (
        <MenuGroup label={text.accountItems}>
          <AccountItems />
        </MenuGroup>
      )}
    </Menu>
  );
}

function LanguageMenu() {
  const text = useTexts(appTexts);
  const language = useLanguage();
  return (
    <Menu
      label={`${language.toUpperCase()}, ${text.language}: ${languages[language]}`}
      className="head-button"
      button={
        <>
          {language.toUpperCase()} {chevron}
        </>
      }
    >
      <LanguageItems language={language} />
    </Menu>
  );
}

const LanguageItems = ({ language }: { language: Language }) =>
  (Object.keys(languages) as Language[]).map((each) => (
    <MenuRadio key={each} checked={each === language} onSelect={() => setLanguage(each)}>
      {languages[each]}
    </MenuRadio>
  ));

function ThemeChoice() {
  const text = useTexts(appTexts);
  const theme = useTheme();
  return (
    <MenuGroup label={text.theme}>
      {themes.map((each) => (
        <MenuRadio key={each} checked={each === theme} onSelect={() => setTheme(each)}>
          {text.themes[each]}
        </MenuRadio>
      ))}
    </MenuGroup>
  );
}

function Account({ viewer }: { viewer: Viewer }) {
  const text = useTexts(appTexts);
  return (
    <div className="account" role="presentation">
      <b>{nameOf(viewer)}</b>
      {viewer.user && <span className="sub">{viewer.user.email}</span>}
      <span className="sub">
        {text.roles[viewer.role]} · {viewer.partner.name}
      </span>
    </div>
  );
}

function AccountItems() {
  const text = useTexts(appTexts);
  return (
    <>
      <MenuLink href="/settings/sessions">{text.sessions}</MenuLink>
      <MenuItem onSelect={() => keysDialog.set(true)}>{text.keys}</MenuItem>
      <MenuItem onSelect={() => void signOut(text.stillSignedIn)}>{text.signOut}</MenuItem>
    </>
  );
}

// A key of the partner itself has no user.
const nameOf = ({ user, partner }: Viewer): string => (user ?? partner).name;

/** First letters of the first and the last word. */
const initials = (name: string): string => {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 && words.at(-1)]
    .map((word) => (word ? String.fromCodePoint(word.codePointAt(0)!) : ''))
    .join('')
    .toUpperCase();
};

const chevron: ReactNode = (
  <svg className="chevron" viewBox="0 0 10 6" aria-hidden="true">
    <path d="M1 1l4 4 4-4" />
  </svg>
);
const bars: ReactNode = (
  <svg className="bars" viewBox="0 0 18 14" aria-hidden="true">
    <path d="M1 1h16M1 7h16M1 13h16" />
  </svg>
);
