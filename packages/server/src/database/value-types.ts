import pg from 'pg';

const textArrayOid = 1009;
const { BOOL, DATE, INT2, INT4, INT8, NUMERIC, TEXT, UUID, VARCHAR } = pg.types.builtins;
// Dates, 64-bit integers and decimals, and arrays of them, stay text in JavaScript: no other type holds them exactly.
const asText = new Set<number>([DATE, INT8, NUMERIC]);
const asTextArray = new Set<number>([1182, 1016, 1231]);

/** How pg turns the text of a value into a value of JavaScript. */
export const textTypes: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format === 'binary') return pg.types.getTypeParser(oid, 'binary');
    if (asText.has(oid)) return (text: string) => text;
    return pg.types.getTypeParser(asTextArray.has(oid) ? textArrayOid : oid, 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

/** The value of JavaScript that an ordinary read makes of the text of a column of this type. */
export const valueParser = (oid: number): ((text: string) => unknown) => textTypes.getTypeParser(oid, 'text') as (text: string) => unknown;

// PostgreSQL gives the types of a database, such as enums, numbers from here. pg leaves their values text.
const firstOwnType = 16_384;

/**
 * What JSON makes of the text of a column: a number or boolean as it is, a string without or with characters to escape. Others must be
 * parsed first.
 */
export function jsonKind(oid: number): 'number' | 'boolean' | 'plain' | 'text' | 'parsed' {
  if (oid === INT2 || oid === INT4) return 'number';
  if (oid === BOOL) return 'boolean';
  if (asText.has(oid) || oid === UUID) return 'plain';
  return oid === TEXT || oid === VARCHAR || oid >= firstOwnType ? 'text' : 'parsed';
}
