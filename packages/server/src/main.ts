// The decorators of the API's types need it, and they run when their files load: keep this import first.
import 'reflect-metadata';
import { runCommandLine } from './command-line/command-line.ts';

await runCommandLine(process.argv.slice(2));
