import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

// Dozens of modules have 'use client'. It matters only for server rendering, which this page does not use.
const checks = { moduleLevelDirective: false };

/** Writes each text compressed beside it, for the server to send as it is. */
const compressed: Plugin = {
  name: 'compressed',
  closeBundle() {
    const folder = join(import.meta.dirname, 'dist');
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(css|html|js|svg|ttf)$/.test(name)) continue;
      const contents = readFileSync(join(folder, name));
      if (contents.length < 1_024) continue;
      const quality = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: contents.length };
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(contents, { params: quality }));
      writeFileSync(join(folder, `${name}.gz`), gzipSync(contents, { level: 9 }));
    }
  },
};

export default defineConfig({
  plugins: [compressed],
  // The server serves the files under this path (packages/server/src/http/explorers/explorer.ts).
  base: '/explore/',
  // `npm start` runs the build, so it prints only problems.
  logLevel: 'warn',
  worker: { format: 'es', rolldownOptions: { checks } },
  build: {
    target: 'es2023',
    // The page needs the whole editor at once, from a nearby server. Smaller chunks would save nothing.
    chunkSizeWarningLimit: 5000,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { checks },
  },
});
