import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { encodingFor, varyByEncoding, type Encoding } from './compression.ts';

// Files that Vite has built, for the page and for the explorer.

const contentTypes: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

/** The names of the files in a folder, but for those that another file is compressed to. */
export function filesIn(bundle: string): string[] {
  const names = readdirSync(bundle, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/'));
  return names.filter((name) => extname(name) in contentTypes);
}

const endings: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

type FileOptions = {
  headers: Readonly<Record<string, string>>;
  /** Whether the file is read once: a build under a running server then does not take away what its HTML names. */
  isKept?: boolean;
};

/** Serves a file, compressed if the build has compressed it and the client accepts that. */
export function serveFile(bundle: string, name: string, { headers, isKept = false }: FileOptions) {
  const file = join(bundle, name);
  const encodings = (['br', 'gzip'] as const).filter((encoding) => existsSync(file + endings[encoding]));
  // File names in assets/ contain a hash of the contents; a new build changes the others.
  const isHashed = name.startsWith('assets/');
  const caching = isHashed ? 'public, max-age=31536000, immutable' : 'no-cache';
  const pathOf = (encoding: Encoding | null) => (encoding === null ? file : file + endings[encoding]);
  const kept = new Map(isKept ? [null, ...encodings].map((encoding) => [encoding, readFileSync(pathOf(encoding))]) : []);
  const etags = new Map<Encoding | null, string>();
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const encoding = encodingFor(request.raw, encodings);
    const contents = kept.get(encoding) ?? (await readFile(pathOf(encoding)));
    const etag = etags.get(encoding) ?? `"${createHash('sha256').update(contents).digest('base64url').slice(0, 22)}"`;
    if (isHashed || isKept) etags.set(encoding, etag);
    varyByEncoding(reply);
    void reply.headers({ ...headers, 'cache-control': caching, etag, ...(encoding && { 'content-encoding': encoding }) });
    return isKnown(request.headers['if-none-match'], etag)
      ? reply.code(304).removeHeader('content-encoding').send()
      : reply.type(contentTypes[extname(name)]!).send(contents);
  };
}

const longestTags = 1_000;

const isKnown = (given: string | undefined, etag: string) =>
  given !== undefined && given.length <= longestTags && given.split(',').some((each) => ['*', etag, `W/${etag}`].includes(each.trim()));

/** What an address of a folder without files says. */
export const sendNotBuilt = (reply: FastifyReply, what: string, folder: string, headers: Readonly<Record<string, string>>): FastifyReply =>
  reply
    .code(503)
    .headers({ ...headers, 'cache-control': 'no-store' })
    .type('text/plain; charset=utf-8')
    .send(
      `The ${what} is not built. Run \`npm start\`, which builds it, or \`npm run build\` in packages/${folder}, and restart the server.\n`,
    );
