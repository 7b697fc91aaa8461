import { join } from 'node:path';
import { defineConfig } from 'vite';
import { compressedFiles } from '../compressed-files.ts';

// The server accepts the page's requests from its own host alone.
const running = { target: 'http://127.0.0.1:4000', changeOrigin: false };
// Modules of libraries have 'use client'. It matters only for server rendering, which this page does not use.
const checks = { moduleLevelDirective: false };

export default defineConfig({
  plugins: [compressedFiles(join(import.meta.dirname, 'dist'))],
  // The server serves the files at its root (packages/server/src/http/page/).
  base: '/',
  // `npm start` runs the build, so it prints only problems.
  logLevel: 'warn',
  // `npm run dev` shows changes at once, in front of a server that `npm start` runs.
  server: { proxy: Object.fromEntries(['/graphql', '^/sign-in/', '/sign-out', '/page.json', '/mail'].map((path) => [path, running])) },
  build: {
    target: 'es2023',
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // The page's policy allows no data: URL beside pictures.
    assetsInlineLimit: 0,
    rolldownOptions: { checks },
  },
});
