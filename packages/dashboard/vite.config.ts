import { join } from 'node:path';
import { defineConfig } from 'vite';
import { compressedFiles } from '../compressed-files.ts';

// Modules of libraries have 'use client'. It matters only for server rendering, which this page does not use.
const checks = { moduleLevelDirective: false };

export default defineConfig({
  plugins: [compressedFiles(join(import.meta.dirname, 'dist'))],
  // The server serves the files at its root (packages/server/src/http/page/).
  base: '/',
  // `npm start` runs the build, so it prints only problems.
  logLevel: 'warn',
  // `npm run dev` shows changes at once, in front of a server that `npm start` runs.
  server: { proxy: { '/graphql': 'http://127.0.0.1:4000', '^/sign-in/': 'http://127.0.0.1:4000', '/sign-out': 'http://127.0.0.1:4000' } },
  build: {
    target: 'es2023',
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    // The page's policy allows no data: URL beside pictures.
    assetsInlineLimit: 0,
    rolldownOptions: { checks },
  },
});
