import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { filesIn, sendNotBuilt, serveFile } from '../static-files.ts';
import { prefilledHeaders, type Prefill } from './prefill.ts';

/** `bundle` is the folder of the built files. `path` is also compiled into them (packages/explorer/vite.config.ts). */
export type ExplorerOptions = { path: '/explore'; endpoint: string; prefill: Prefill; bundle?: string };

const builtBundle = fileURLToPath(new URL('../../../../explorer/dist', import.meta.url));

const securityHeaders = {
  'content-security-policy': [
    "default-src 'self'",
    // Monaco and GraphiQL create <style> elements and style attributes at run time, and embed fonts and icons as data: URLs.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** Serves GraphiQL from local files: `app.register(registerExplorer, options)`. */
export async function registerExplorer(app: FastifyInstance, options: ExplorerOptions): Promise<void> {
  const { path, endpoint, prefill, bundle = builtBundle } = options;

  if (!existsSync(join(bundle, 'index.html'))) {
    for (const url of [path, `${path}/*`]) app.get(url, (_request, reply) => sendNotBuilt(reply, 'explorer', 'explorer', securityHeaders));
    return;
  }

  // Each file has its own route, so that no URL can reach other files.
  // Kept: hundreds of requests whose answers nobody reads would each hold a copy of a file of 2 MB.
  const kept = { headers: securityHeaders, isKept: true };
  for (const name of filesIn(bundle)) app.get(`${path}/${name}`, serveFile(bundle, name, kept));
  for (const url of [path, `${path}/`]) app.get(url, serveFile(bundle, 'index.html', kept));

  app.get(`${path}/config.json`, (request, reply) =>
    reply.headers({ ...securityHeaders, 'cache-control': 'no-store' }).send({
      title: 'Partner Renewals',
      endpoint,
      document: prefill.document,
      variables: prefill.variables,
      headers: prefilledHeaders(prefill, request.raw),
    }),
  );
}
