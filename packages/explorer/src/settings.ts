import type { Storage } from '@graphiql/toolkit';

/** What the server tells at run time (packages/server/src/http/explorer.ts), so that the files hold nothing of one installation. */
export type Settings = {
  title: string;
  endpoint: string;
  document: string;
  variables: Record<string, unknown>;
  headers: Record<string, string>;
};

export async function readSettings(): Promise<Settings> {
  const response = await fetch(`${import.meta.env.BASE_URL}config.json`, { headers: { accept: 'application/json' } });
  if (!response.ok) throw new Error(`the server answered ${response.status} for its settings`);
  return response.json();
}

/**
 * The first visit shows the server's query; later ones what was last edited here. The headers come from the server
 * each time: they are never stored, and the key may be another one by now.
 */
export function explorerProps(settings: Settings, storage: Storage) {
  const headers = JSON.stringify(settings.headers, null, 2);
  const firstVisit = storage.getItem('graphiql:tabState') === null;
  return {
    initialHeaders: headers,
    defaultHeaders: headers,
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
    // Where the server gave no key, the first thing to do is to fill one in.
    defaultEditorToolsVisibility: settings.headers.Authorization === 'Bearer ' ? ('headers' as const) : ('variables' as const),
    ...(firstVisit && { initialQuery: settings.document, initialVariables: JSON.stringify(settings.variables, null, 2) }),
  };
}
