import assert from 'node:assert/strict';

/** Checks the page of Apollo Sandbox. Its frame needs Apollo's network, so the check reads the frame's settings from the page. */
export async function checkSandbox(url) {
  const response = await fetch(`${url}/sandbox`);
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
  assert.match(initialState.headers.Authorization, /^Bearer prk_\w+$/, 'the page on loopback lacks the sample key');
  assert.equal(html.split('prk_').length, 2, 'the page must contain exactly one key');
  assert(html.includes('new URL("/graphql", location.origin)'), 'the Sandbox does not use this server');
  assert(html.includes('href="/explore"'), 'the page lacks the link to /explore');
}
