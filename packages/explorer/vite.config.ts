import { defineConfig } from 'vite';

// 'use client' matters to server rendering only, of which this page has none; dozens of modules carry it.
const checks = { moduleLevelDirective: false };

export default defineConfig({
  // The server serves the files under this path (packages/server/src/http/explorer.ts).
  base: '/explore/',
  // `npm start` runs the build: silent unless something is wrong.
  logLevel: 'warn',
  worker: { format: 'es', rolldownOptions: { checks } },
  build: {
    target: 'es2023',
    // One editor, loaded once from the same machine: cutting it further would save nobody anything.
    chunkSizeWarningLimit: 5000,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { checks },
  },
});
