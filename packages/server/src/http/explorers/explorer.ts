import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { encodingFor, varyByEncoding, type Encoding } from '../compression.ts';
import { prefilledHeaders, type Prefill } from './prefill.ts';

/** `bundle` is the folder of the built files. `path` is also compiled into them (packages/explorer/vite.config.ts). */
export type ExplorerOptions = { path: '/explore'; endpoint: string; prefill: Prefill; bundle?: string };

const builtBundle = fileURLToPath(new URL('../../../../explorer/dist', import.meta.url));

const contentTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
};

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

const notBuilt =
  'The explorer is not built. Run `npm start`, which builds it, or `npm run build` in packages/explorer, and restart the server.\n';

/** Serves GraphiQL from local files: `app.register(registerExplorer, options)`. */
export async function registerExplorer(app: FastifyInstance, options: ExplorerOptions): Promise<void> {
  const { path, endpoint, prefill, bundle = builtBundle } = options;

  if (!existsSync(join(bundle, 'index.html'))) {
    for (const url of [path, `${path}/*`]) {
      app.get(url, (_request, reply) =>
        reply
          .code(503)
          .headers({ ...securityHeaders, 'cache-control': 'no-store' })
          .type('text/plain; charset=utf-8')
          .send(notBuilt),
      );
    }
    return;
  }

  // Each file has its own route, so that no URL can reach other files.
  for (const name of filesIn(bundle)) app.get(`${path}/${name}`, serveFile(bundle, name));
  for (const url of [path, `${path}/`]) app.get(url, serveFile(bundle, 'index.html'));

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

function filesIn(bundle: string): string[] {
  const names = readdirSync(bundle, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return names.filter((name) => extname(name) in contentTypes);
}

const endings: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/** Serves a file, compressed if the build has compressed it and the client accepts that. */
function serveFile(bundle: string, name: string) {
  const file = join(bundle, name);
  const encodings = (['br', 'gzip'] as const).filter((encoding) => existsSync(file + endings[encoding]));
  // File names in assets/ contain a hash of the contents; a new build changes the others.
  const isHashed = name.startsWith('assets/');
  const caching = isHashed ? 'public, max-age=31536000, immutable' : 'no-cache';
  const etags = new Map<Encoding | null, string>();
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const encoding = encodingFor(request.raw, encodings);
    const contents = await readFile(encoding === null ? file : file + endings[encoding]);
    const etag = etags.get(encoding) ?? `"${createHash('sha256').update(contents).digest('base64url').slice(0, 22)}"`;
    if (isHashed) etags.set(encoding, etag);
    varyByEncoding(reply);
    void reply.headers({ ...securityHeaders, 'cache-control': caching, etag, ...(encoding && { 'content-encoding': encoding }) });
    return isKnown(request.headers['if-none-match'], etag)
      ? reply.code(304).removeHeader('content-encoding').send()
      : reply.type(contentTypes[extname(name)]!).send(contents);
  };
}

const isKnown = (given: string | undefined, etag: string) =>
  given?.split(',').some((each) => ['*', etag, `W/${etag}`].includes(each.trim())) ?? false;
