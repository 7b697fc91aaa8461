import assert from 'node:assert/strict';

/** The page of Apollo Sandbox: its frame needs Apollo's network, so what it is given is read off the page itself. */
export async function checkLandingPage(url) {
  const response = await fetch(url);
  assert.equal(response.status, 200);
  const html = await response.text();
  const explorer = await (await fetch(`${url}/explore/config.json`)).json();

  const { initialState, ...sandbox } = JSON.parse(/const sandbox = (.*);\n/.exec(html)[1]);
  assert.deepEqual(sandbox, { target: '#sandbox', endpointIsEditable: false, runTelemetry: false, allowDynamicStyles: false });
  assert.deepEqual(initialState, {
    document: explorer.document,
    variables: explorer.variables,
    headers: explorer.headers,
    includeCookies: false,
    pollForSchemaUpdates: false,
  });
  assert.match(initialState.headers.Authorization, /^Bearer prk_\w+$/, 'the sample key is filled in on loopback');
  assert.equal(html.split('prk_').length, 2, 'one key stands in the page');
  assert(html.includes('new URL("/graphql", location.origin)'), 'the Sandbox asks this server');
  assert(html.includes('href="/explore"'), 'the page points to the explorer that needs no network');
}
