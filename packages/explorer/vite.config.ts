import { join } from 'node:path';
import { defineConfig } from 'vite';
import { compressedFiles } from '../compressed-files.ts';

// Dozens of modules have 'use client'. It matters only for server rendering, which this page does not use.
const checks = { moduleLevelDirective: false };

export default defineConfig({
  plugins: [compressedFiles(join(import.meta.dirname, 'dist'))],
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
