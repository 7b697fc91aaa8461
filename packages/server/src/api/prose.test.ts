import { expect, test } from '@jest/globals';
import { parseSync } from '@swc/core';
import { parse, visit } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { printApiSchema } from './schema.ts';

// Plain English for users: descriptions of the schema, and messages in the code.

const maxWords = 25;

/** Old or roundabout phrases; the plain ones are in the comments. */
const banned = [
  /what (came|comes) of/, // result of
  /\bmend(s|ed|ing)?\b/, // fix
  /\b(who|what|whom|which)(so)?ever\b/,
  /none of ours/, // malformed, foreign
  /who asks\b/, // viewer
  /no request that we/, // malformed request
  /asked for much/, // rate limit reached
  /says nothing/, // silent
  /nobody had to/,
  /may be waited for/, // timed out
  /carr(y|ies|ied|ying) ([a-z]+ ){0,4}out\b/, // run, execute
  /for ever\b/, // permanent
  /\banew\b/, // again, new
  /as (it|they) now (is|are)\b/, // state after the mutation
  /unless (it is )?(given|told)\b|when not given/, // default
  /(when|if) nothing was (done|recorded|changed)/, // on error
  /too dear\b/, // over budget
  /every so many/,
  /\b(cannot be|no longer) taken\b/, // invalid, refused
  /none that the viewer/,
  /nobody said/, // the default
  /there is no longer/, // no longer exists
  /\bsomebody else has\b/,
];

test('the schema describes itself in plain English', () => {
  expect(descriptions().flatMap(([where, text]) => phrases(text).map((phrase) => `${where}: ${phrase}`))).toEqual([]);
});

test(`no sentence of the schema has more than ${maxWords} words`, () => {
  const sentences = descriptions().flatMap(([where, text]) => text.split(/(?<=[.!?])\s+/).map((sentence) => [where, sentence] as const));
  expect(sentences.length).toBeGreaterThan(500);
  expect(sentences.filter(([, sentence]) => sentence.split(/\s+/).length > maxWords)).toEqual([]);
});

test('the code speaks to users in plain English', () => {
  const texts = literals();
  expect(texts.map(([, text]) => text)).toContain('There is no such view.');
  expect(texts.flatMap(([file, text]) => phrases(text).map((phrase) => `${file}: ${phrase}`))).toEqual([]);
});

function phrases(text: string): string[] {
  return banned.flatMap((pattern) => new RegExp(pattern, 'i').exec(text)?.[0] ?? []);
}

/** Every description of the schema, with the name of what it describes. */
function descriptions(): [where: string, text: string][] {
  const found: [string, string][] = [];
  visit(parse(printApiSchema()), {
    enter: (node, _key, _parent, _path, ancestors) => {
      if (!('description' in node) || node.description === undefined) return;
      const names = [...ancestors, node].flatMap((above) => ('name' in above && above.name ? [above.name.value] : []));
      found.push([names.join('.'), node.description.value]);
    },
  });
  return found;
}

/** Every string literal and template of the server. Comments within SQL are for its readers, so they are left out. */
function literals(): [file: string, text: string][] {
  const root = new URL('..', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts') && !name.includes('.test.'));
  return files.flatMap((name) => {
    const found: string[] = [];
    collect(parseSync(readFileSync(new URL(name, root), 'utf8'), { syntax: 'typescript', decorators: true }), found);
    return found.map((text): [string, string] => [name, text.replaceAll(/--.*$/gm, '')]);
  });
}

type SyntaxNode = { type?: string; value?: unknown; quasis?: readonly { cooked?: string }[] };

function collect(node: unknown, found: string[]): void {
  if (typeof node !== 'object' || node === null) return;
  const { type, value, quasis } = node as SyntaxNode;
  if (type === 'StringLiteral') found.push(value as string);
  if (type === 'TemplateLiteral') found.push((quasis ?? []).map(({ cooked }) => cooked ?? '').join('…'));
  for (const child of Object.values(node)) collect(child, found);
}
