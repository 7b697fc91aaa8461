import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isDirectRequest } from '../explorers/prefill.ts';
import { filesIn, sendNotBuilt, serveFile } from '../static-files.ts';

export type PageOptions = {
  /** Whether the server serves the explorers. */
  explorers: boolean;
  /** Whether the server shows the e-mails that it kept. */
  mailbox: boolean;
  /** Called before the HTML is sent, which may then carry a cookie. */
  beforePage?: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  /** The folder of the built files. */
  bundle?: string;
};

const builtBundle = fileURLToPath(new URL('../../../../dashboard/dist', import.meta.url));

const explorers = [
  { name: 'Apollo Sandbox', path: '/sandbox' },
  { name: 'GraphiQL', path: '/explore' },
];

/** The addresses at which the page shows something. Files have their own. */
const pageAddresses = ['/', '/customers/:id', '/reminders', '/settings', '/settings/*', '/sign-in', '/signed-in'];

const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Serves the dashboard from local files at `/`, in production too. */
export async function registerPage(app: FastifyInstance, options: PageOptions): Promise<void> {
  const { explorers: hasExplorers, mailbox, beforePage, bundle = builtBundle } = options;

  // Not in the HTML, which is the same for everyone: the page reads it when its menu opens.
  app.get('/page.json', (request, reply) =>
    reply
      .headers({ ...securityHeaders, 'cache-control': 'no-store' })
      .send({ developers: hasExplorers ? explorers : [], mailbox: mailbox && isDirectRequest(request.raw) }),
  );

  if (!existsSync(join(bundle, 'index.html'))) {
    for (const url of pageAddresses) app.get(url, (_request, reply) => sendNotBuilt(reply, 'page', 'dashboard', securityHeaders));
    return;
  }
  // Each file has its own route, so that no URL can reach other files.
  const served = { headers: securityHeaders, isKept: true };
  for (const name of filesIn(bundle)) if (name !== 'index.html') app.get(`/${name}`, serveFile(bundle, name, served));
  const serveHtml = serveFile(bundle, 'index.html', served);
  for (const url of pageAddresses) {
    app.get(url, async (request, reply) => {
      await beforePage?.(request, reply);
      return await serveHtml(request, reply);
    });
  }
}
