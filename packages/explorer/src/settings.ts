import type { Storage } from '@graphiql/toolkit';

/** Settings from the server at run time (packages/server/src/http/explorers/explorer.ts). The built files are the same everywhere. */
export type Settings = {
  title: string;
  endpoint: string;
  document: string;
  variables: Record<string, unknown>;
  headers: Record<string, string>;
};

export async function readSettings(): Promise<Settings> {
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`, { headers: { accept: 'application/json' } });
  if (!response.ok)
    throw new Error(
      `the server answered the request for its settings with status ${response.status}. Reload the page, or check the server's log.`,
    );
  return response.json();
}

/**
 * The first visit shows the server's query; later visits restore the last edits. The headers always come from the server: they are never
 * stored, and the key may have changed.
 */
export function explorerProps(settings: Settings, storage: Storage) {
  const headers = JSON.stringify(settings.headers, null, 2);
  const firstVisit = storage.getItem('graphiql:tabState') === null;
  return {
    initialHeaders: headers,
    defaultHeaders: headers,
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
    // Without a key from the server, the user must first enter one.
    defaultEditorToolsVisibility: settings.headers.Authorization === 'Bearer ' ? ('headers' as const) : ('variables' as const),
    ...(firstVisit && { initialQuery: settings.document, initialVariables: JSON.stringify(settings.variables, null, 2) }),
  };
}
