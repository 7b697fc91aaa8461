// Leaves out the tests that cannot differ on another PostgreSQL: those that do not import the only file which knows the address of the
// run's server, also through others. Some are rules without a database, others start an embedded one of their own.
// A filter of jest, which wants CommonJS: npm test -- --filter "$PWD/packages/server/testing/on-a-server.filter.cjs"
const { existsSync, readFileSync } = require('node:fs');
const { dirname, resolve } = require('node:path');

const cluster = resolve(__dirname, 'test-cluster.ts');
const found = new Map();

/** All imports of sources are relative, with the file's ending. */
function importsOf(path) {
  if (!found.has(path)) {
    const texts = readFileSync(path, 'utf8').matchAll(/\b(?:from|import)[\s(]*'(\.[^']+\.ts)'/g);
    found.set(path, [...texts].map(([, name]) => resolve(dirname(path), name)).filter(existsSync));
  }
  return found.get(path);
}

function reaches(test) {
  // A set shows a loop also what is added meanwhile.
  const seen = new Set([test]);
  for (const path of seen) for (const each of importsOf(path)) seen.add(each);
  return seen.has(cluster);
}

module.exports = (paths) => ({ filtered: paths.filter(reaches) });
