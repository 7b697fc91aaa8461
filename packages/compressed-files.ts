import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** A plugin of Vite that writes each text of `folder` compressed beside it, for the server to send as it is. */
export const compressedFiles = (folder: string) => ({
  name: 'compressed-files',
  closeBundle() {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(css|html|js|svg|ttf)$/.test(name)) continue;
      const contents = readFileSync(join(folder, name));
      if (contents.length < 1_024) continue;
      const quality = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: contents.length };
      writeFileSync(join(folder, `${name}.br`), brotliCompressSync(contents, { params: quality }));
      writeFileSync(join(folder, `${name}.gz`), gzipSync(contents, { level: 9 }));
    }
  },
});
