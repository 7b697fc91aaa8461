import { expect, test } from '@jest/globals';
import { parse, stripIgnoredCharacters } from 'graphql';
import { gql } from '@apollo/client';
import { print } from '../src/print.ts';

const documents = [
  '{ viewer { role } }',
  'query { viewer { role } }',
  'query Named { it: viewer { role } other: viewer { id: role } }',
  'query ($a: Int, $b: [ID!]! = ["x", "y"], $c: ContractChangeFilter = {status: {in: [PENDING]}, daysUntilDeadline: {lte: -3}}, $d: [[Int!]]) { f(a: $a b: $b) }',
  'query ($on: Boolean! = false @tag(name: "a")) @live(every: 1.5e3) { viewer @include(if: $on) { role @skip(if: false) } }',
  'mutation Do($input: Input!, $key: String!) { setCommunicationOwner(input: $input) @idempotent(key: $key) { userErrors { message } } }',
  '{ node(id: "a") { id ... on Customer { name } ... @include(if: true) { id } ...Rest ...Other @skip(if: true) } } fragment Rest on Customer @x { website } fragment Other on Partner { name }',
  '{ f(text: "quote \\" slash \\\\ line \\n tab \\t é 😀", block: """two\n  lines "in" it""", none: null, yes: true, no: false, e: ENUM, l: [], o: {}, n: [1, [2]], d: {a: {b: []}}, float: -0.5) }',
  'query First { a } mutation Second { b } subscription Third { c }',
];

test.each(documents)('a parsed document is printed as it was: %s', (text) => {
  const parsed = parse(text, { noLocation: true });
  const printed = print({ ...parsed });
  expect(parse(printed, { noLocation: true })).toEqual(withoutBlocks(parsed));
  expect(printed.length).toBeLessThan(stripIgnoredCharacters(text).length * 1.3 + 10);
});

test('a document that has a fragment of another is printed whole', () => {
  const fragment = gql`
    fragment Names on Customer {
      name
    }
  `;
  const document = gql`
    query Names {
      customers {
        nodes {
          ...Names
        }
      }
    }
    ${fragment}
  `;
  expect(print({ ...document })).toContain('fragment Names on Customer{name}');
});

/** A block string is printed as a string in one line. */
function withoutBlocks(node: unknown): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value: unknown) => (key === 'block' ? false : value)),
    (_key, value: unknown) => value,
  );
}
