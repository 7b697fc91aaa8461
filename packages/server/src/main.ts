// Decorators of the API's types run as their files load, so this comes before all.
import 'reflect-metadata';
import { runCommandLine } from './command-line/command-line.ts';

await runCommandLine(process.argv.slice(2));
