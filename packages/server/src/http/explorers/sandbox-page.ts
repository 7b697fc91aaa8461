import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { prefilledHeaders, type Prefill } from './prefill.ts';

export type SandboxOptions = {
  endpoint: string;
  explorerPath: string;
  /** Whether the server shows the e-mails that it kept. */
  mailbox?: boolean;
  prefill: Prefill;
};

const sandboxScript = 'https://embeddable-sandbox.cdn.apollographql.com/v2/embeddable-sandbox.umd.production.min.js';

/**
 * Serves Apollo Sandbox at `/sandbox`. Apollo Server's own landing page plugin does not fit: it uses the page's URL as the endpoint, not
 * `/graphql`, and escapes only the first `<` of the prefilled values.
 */
export async function registerSandbox(app: FastifyInstance, options: SandboxOptions): Promise<void> {
  app.get('/sandbox', (request, reply) => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({
        'content-security-policy': contentSecurityPolicy(nonce),
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      })
      .type('text/html; charset=utf-8')
      .send(sandboxPage(options, prefilledHeaders(options.prefill, request.raw), nonce));
  });
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' https://embeddable-sandbox.cdn.apollographql.com`,
    `style-src 'nonce-${nonce}'`,
    // The Sandbox is a frame from Apollo, but this page sends its requests to the API.
    'frame-src https://sandbox.embed.apollographql.com',
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** JSON that is safe inside a script element: it escapes all characters with a meaning in HTML or in old JavaScript parsers. */
function scriptSafeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function sandboxPage({ endpoint, explorerPath, mailbox, prefill }: SandboxOptions, headers: Record<string, string>, nonce: string): string {
  const sandbox = {
    target: '#sandbox',
    initialState: { document: prefill.document, variables: prefill.variables, headers, includeCookies: false, pollForSchemaUpdates: false },
    endpointIsEditable: false,
    runTelemetry: false,
    allowDynamicStyles: false,
  };
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Partner Renewals: Apollo Sandbox</title>
    <link rel="icon" href="${explorerPath}/icon.svg" type="image/svg+xml">
    <style nonce="${nonce}">
      body { margin: 0; height: 100dvh; display: flex; flex-direction: column; font: 14px/1.4 system-ui, sans-serif; color: #15252d; background: #fff; }
      p { margin: 0; padding: 6px 12px; background: #eef2f6; }
      #sandbox { flex: 1; }
      #sandbox:empty { display: grid; place-items: center; }
      #sandbox:empty::after { content: attr(data-status); color: #5b6b75; }
      iframe { display: block; width: 100%; height: 100%; border: 0; }
    </style>
  </head>
  <body>
    <p>Apollo Sandbox is loaded from Apollo’s network. <a href="${explorerPath}">GraphiQL at ${explorerPath}</a> is served by this server and needs no network.${mailbox ? ' <a href="/mail">E-mails at /mail</a> are the reminders that this server would send.' : ''} <a href="/">The page</a> is what partners use.</p>
    <noscript><p>Both explorers need JavaScript. The API itself does not: POST a query to ${endpoint}.</p></noscript>
    <div id="sandbox" data-status="Loading Apollo Sandbox…"></div>
    <script nonce="${nonce}" src="${sandboxScript}" defer></script>
    <script nonce="${nonce}" type="module">
      const sandbox = ${scriptSafeJson(sandbox)};
      if (window.EmbeddedSandbox) {
        new window.EmbeddedSandbox({ ...sandbox, initialEndpoint: new URL(${scriptSafeJson(endpoint)}, location.origin).href });
      } else {
        document.querySelector(sandbox.target).dataset.status = 'Apollo Sandbox could not be loaded: this browser cannot reach Apollo’s network. The link above needs no network.';
      }
    </script>
  </body>
</html>
`;
}
