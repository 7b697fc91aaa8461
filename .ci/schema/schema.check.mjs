// Judges schema/schema.graphql by the tools that people use: graphql-eslint, and graphql-inspector against the schema that clients have.
// A change that breaks clients fails, unless schema/breaking-changes.json names it with its decision note.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installTools } from '../../packages/sdk/check/tools.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const schema = join(root, 'schema/schema.graphql');
const read = (path) => readFileSync(join(root, path), 'utf8');

await installTools(here);
const faults = [...(await lintFaults()), ...(await breakingFaults())];
for (const fault of faults) console.log(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

async function lintFaults() {
  const { ESLint } = await import('eslint');
  const { lintConfig } = await import('./lint.config.mjs');
  const config = lintConfig(schema);
  const eslint = new ESLint({ cwd: root, overrideConfigFile: true, overrideConfig: [config] });
  const [{ messages }] = await eslint.lintFiles([schema]);
  console.log(`graphql-eslint: ${Object.keys(config.rules).length} rules, ${messages.length} faults`);
  return messages.map(({ line, ruleId, message }) => `schema/schema.graphql:${line} ${ruleId}: ${message}`);
}

async function breakingFaults() {
  const { CriticalityLevel, diff } = await import('@graphql-inspector/core');
  const { buildSchema } = await import('graphql');
  const changes = await diff(buildSchema(read('schema/baseline.graphql')), buildSchema(read('schema/schema.graphql')));
  const breaking = changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking);
  const accepted = JSON.parse(read('schema/breaking-changes.json'));
  const isNamed = ({ type, path }, change) =>
    change.type === type && new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '\\w+')}$`).test(change.path);
  console.log(`graphql-inspector: ${changes.length} changes, ${breaking.length} breaking, ${accepted.length} accepted entries`);
  return [
    ...breaking
      .filter((change) => !accepted.some((entry) => isNamed(entry, change)))
      .map(
        ({ path, type, message }) =>
          `${path} (${type}): ${message}. To accept it, name path, type and decision in schema/breaking-changes.json.`,
      ),
    ...accepted
      .filter((entry) => !breaking.some((change) => isNamed(entry, change)))
      .map(({ path }) => `schema/breaking-changes.json names ${path}, but nothing breaks there. Remove the entry.`),
    ...accepted
      .filter(({ decision }) => !existsSync(join(root, 'packages/server/decisions', decision)))
      .map(({ decision }) => `schema/breaking-changes.json names ${decision}, but there is no such decision.`),
  ];
}
