import { useEffect, useState } from 'react';
import { Loading } from '../ui/loading.tsx';
import { MenuLink } from '../ui/menu.tsx';
import { useTexts } from '../text/language.ts';
import { appTexts } from './app.texts.ts';

/** What else the server has: explorers of the API, and in development the mailbox. */
type ServerPages = { readonly developers: readonly { readonly name: string; readonly path: string }[]; readonly mailbox: boolean };

const none: ServerPages = { developers: [], mailbox: false };
let asked: ServerPages | undefined;

async function ask(): Promise<ServerPages> {
  const response = await fetch('/page.json');
  return response.ok ? (asked = (await response.json()) as ServerPages) : none;
}

/** Asked for when the menu opens, once. */
export function DeveloperLinks() {
  const text = useTexts(appTexts);
  const [pages, setPages] = useState(asked);
  useEffect(() => {
    if (!asked) void ask().then(setPages, () => setPages(none));
  }, []);
  if (!pages) return <Loading />;
  return (
    <>
      {pages.developers.map(({ name, path }) => (
        <MenuLink key={path} href={path} isElsewhere>
          {name}
        </MenuLink>
      ))}
      {pages.mailbox && (
        <MenuLink href="/mail" isElsewhere>
          {text.mailbox}
        </MenuLink>
      )}
      {pages === none || (pages.developers.length === 0 && !pages.mailbox) ? (
        <p className="menu-label">{text.nothingForDevelopers}</p>
      ) : null}
    </>
  );
}
