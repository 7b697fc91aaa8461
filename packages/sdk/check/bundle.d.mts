import type { BuildOptions } from 'esbuild';

export function bundle(program: string, folder: string, options?: BuildOptions): string;
export function gzipBytes(text: string): number;
