import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createGraphiQLFetcher, createLocalStorage } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { explorerProps, readSettings, type Settings } from './settings.ts';

// A namespace of our own: other projects served on the same local port leave their GraphiQL tabs in the same storage.
const storage = createLocalStorage({ namespace: 'partner-renewals' });

function Explorer({ settings }: { settings: Settings }) {
  const fetcher = createGraphiQLFetcher({ url: new URL(settings.endpoint, location.origin).href });
  return (
    <GraphiQL fetcher={fetcher} storage={storage} {...explorerProps(settings, storage)}>
      <GraphiQL.Logo>
        <span className="explorer-title">{settings.title}</span>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

const place = document.getElementById('explorer')!;
try {
  const settings = await readSettings();
  document.title = settings.title;
  createRoot(place).render(<Explorer settings={settings} />);
} catch (error) {
  place.textContent = `The explorer could not be started: ${error instanceof Error ? error.message : error}`;
}
