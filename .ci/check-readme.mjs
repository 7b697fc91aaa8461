// Checks the Markdown files against the repository: the README's length, map and file names, and every relative link.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { floors } from './floors.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const mostLines = { readme: 150, decision: 25 };
const source = 'packages/server/src';
const faults = [];

const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
const isThere = (path) => existsSync(join(root, path));
const documents = files.filter((file) => file.endsWith('.md') && isThere(file));
const read = (file) => readFileSync(join(root, file), 'utf8');

checkRootReadme();
for (const document of documents) {
  checkLinks(document);
  if (document.includes('/decisions/')) checkLength(document, mostLines.decision);
}

for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`Checked ${documents.length} files; their names and links are current.`);

function checkRootReadme() {
  const text = read('README.md');
  checkLength('README.md', mostLines.readme);
  for (const line of text.split('\n')) {
    if (line.startsWith('|') && /\bmissed\b/i.test(line))
      faults.push(`README.md: results that missed their bar belong into packages/bench/README.md: ${line}`);
  }
  checkMap(sectionOf(text, 'The ladder'));
  for (const title of ['The ladder', 'Two walks', 'Recipes']) checkNames(title, sectionOf(text, title));
}

function checkLength(document, most) {
  const lines = read(document).trimEnd().split('\n').length;
  if (lines > most) faults.push(`${document} has ${lines} lines; at most ${most} are allowed.`);
}

/** The map is the code block that begins with the source folder: one line per floor, in the ladder's order. */
function checkMap(section) {
  const block = section.split('```').find((each) => each.trimStart().startsWith(`${source}/`)) ?? '';
  const listed = [...block.matchAll(/^ {2}(\S+)/gm)].map(([, name]) => name);
  const expected = floors.map((floor) => (isThere(join(source, floor)) && isFolder(join(source, floor)) ? `${floor}/` : floor));
  const missing = expected.filter((name) => !listed.includes(name));
  const unknown = listed.filter((name) => !expected.includes(name));
  for (const name of missing) faults.push(`README.md: the map lacks ${name}, which .ci/floors.mjs has.`);
  for (const name of unknown) faults.push(`README.md: the map lists ${name}, which .ci/floors.mjs lacks.`);
  if (missing.length + unknown.length === 0 && listed.join() !== expected.join())
    faults.push(`README.md: the map's order differs from .ci/floors.mjs: ${expected.join(' ')}`);
}

/** Every name in backticks or in a code block that looks like a file or folder must be one. */
function checkNames(title, section) {
  const names = [...section.matchAll(/`([^`\n]+)`/g)].map(([, name]) => name);
  const blocks = section.split(/^```.*$/m).filter((_, index) => index % 2 === 1);
  for (const block of blocks) names.push(...block.split(/\s+/));
  for (const name of names) {
    if (looksLikePath(name) && !exists(name)) faults.push(`README.md, ${title}: ${name} is not there.`);
  }
}

function looksLikePath(name) {
  if (/[\s<>(){}→*]/.test(name)) return false;
  return (
    /^\.?[\w.-]+(\/[\w.-]+)+\/?$/.test(name) || /^[\w-]+\/$/.test(name) || /^\.?[\w-]+(\.[\w-]+)*\.(ts|mjs|md|json|graphql|csv)$/.test(name)
  );
}

/** A path from the root or from the server's source. A bare name matches any file; one that begins with a dot matches its end. */
function exists(name) {
  if (name.includes('/')) return isThere(name) || isThere(join(source, name));
  return files.some((file) => isThere(file) && (basename(file) === name || (name.startsWith('.') && file.endsWith(name))));
}

function checkLinks(document) {
  // Brackets in code are not links.
  const text = read(document)
    .replaceAll(/^```.*?^```/gms, '')
    .replaceAll(/`[^`\n]*`/g, '');
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    const [path, anchor] = target.split('#');
    const file = path === '' ? document : join(dirname(document), path);
    if (!isThere(file)) faults.push(`${document}: the link to ${target} leads nowhere.`);
    else if (anchor !== undefined && !headingsOf(file).includes(anchor)) faults.push(`${document}: ${file} has no heading #${anchor}.`);
  }
}

/** The anchors that GitHub gives headings. */
function headingsOf(file) {
  return [...read(file).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

function sectionOf(text, title) {
  const section = text.split(/^## /m).find((each) => each.startsWith(`${title}\n`));
  if (section === undefined) faults.push(`README.md has no section "${title}".`);
  return section ?? '';
}

function isFolder(path) {
  return statSync(join(root, path)).isDirectory();
}
