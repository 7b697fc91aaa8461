import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './page.css';
import { createGraphiQLFetcher, createLocalStorage, type Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { explorerProps, readSettings, type Settings } from './settings.ts';

// Its own namespace: other projects on the same local port keep their GraphiQL tabs in the same storage.
const storage = createLocalStorage({ namespace: 'partner-renewals' });

function Explorer({ settings }: { settings: Settings }) {
  const [fetcher] = useState(() => fetcherFor(settings));
  return (
    <GraphiQL fetcher={fetcher} storage={storage} {...explorerProps(settings, storage)}>
      <GraphiQL.Logo>
        <span className="explorer-title">{settings.title}</span>
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

/** Adds the headers to the first introspection: GraphiQL sends it before it reads its headers editor, and this API needs a key for it. */
function fetcherFor(settings: Settings): Fetcher {
  const fetchGraphQL = createGraphiQLFetcher({ url: new URL(settings.endpoint, location.origin).href });
  return (request, options) => {
    const isEarly = request.operationName === 'IntrospectionQuery' && !options?.headers;
    return fetchGraphQL(request, isEarly ? { ...options, headers: settings.headers } : options);
  };
}

const place = document.getElementById('explorer')!;
try {
  const settings = await readSettings();
  document.title = settings.title;
  createRoot(place).render(<Explorer settings={settings} />);
} catch (error) {
  place.textContent = `The explorer did not start: ${error instanceof Error ? error.message : String(error)}`;
}
