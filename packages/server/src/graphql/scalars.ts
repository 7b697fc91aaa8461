import { GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSON, GraphQLURL } from 'graphql-scalars';
import { isCalendarDate } from '../calendar-date.ts';
import { badInput } from './errors.ts';
import { largestHubId } from './hub-id.ts';

/** A scalar whose values are strings in the API and in the code, never a float or a Date. The URL tells its format. */
function stringScalar(
  name: string,
  description: string,
  specifiedByURL: string,
  isValid: (text: string) => boolean,
): GraphQLScalarType<string, string> {
  const parse = (value: unknown) => {
    if (typeof value === 'string' && isValid(value)) return value;
    const given = typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : typeof value;
    throw badInput(`Invalid ${name}: ${given}. Expected ${description.charAt(0).toLowerCase()}${description.slice(1)}`);
  };
  return new GraphQLScalarType<string, string>({
    name,
    description,
    specifiedByURL,
    serialize: String,
    parseValue: parse,
    parseLiteral: (node) => parse(node.kind === Kind.STRING ? node.value : node.kind === Kind.INT ? Number(node.value) : node.kind),
  });
}

export const DateScalar = stringScalar(
  'Date',
  'A calendar date as YYYY-MM-DD, without a time zone.',
  'https://scalars.graphql.org/andimarek/local-date',
  isCalendarDate,
);

export const DecimalScalar = stringScalar(
  'Decimal',
  'An exact decimal number as a string, with its original fraction digits.',
  'https://scalars.graphql.org/chillicream/decimal',
  (text) => /^-?\d{1,20}(\.\d{1,10})?$/.test(text),
);

export const HubIdScalar = stringScalar(
  'HubID',
  "The vendor's ID for a customer's account: a positive 64-bit integer as a string.",
  // Its 64-bit integers are strings of digits, too.
  'https://protobuf.dev/programming-guides/json/',
  (text) => /^[1-9]\d{0,18}$/.test(text) && BigInt(text) <= largestHubId,
);

export const CurrencyCodeScalar = stringScalar(
  'CurrencyCode',
  'A currency as a three-letter ISO 4217 code.',
  'https://www.iso.org/iso-4217-currency-codes.html',
  (text) => /^[A-Z]{3}$/.test(text),
);

export const TimeZoneScalar = stringScalar(
  'TimeZone',
  'An IANA time zone name, such as Europe/Berlin.',
  'https://www.iana.org/time-zones',
  (text) => text !== '',
);

export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTimeISO.toConfig(),
  name: 'DateTime',
  description: 'An instant as an RFC 3339 date-time in UTC.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
});

export const UrlScalar = new GraphQLScalarType({
  ...GraphQLURL.toConfig(),
  name: 'URL',
  description: 'A web address.',
  specifiedByURL: 'https://url.spec.whatwg.org',
  serialize: String,
});

export const JsonScalar = new GraphQLScalarType({ ...GraphQLJSON.toConfig(), name: 'JSON', description: 'Any JSON value.' });

/** Output has no input types, so this scalar has the filter's form: what was saved can be sent back. */
export const FilterValueScalar = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'ContractChangeFilterValue',
  description: 'A ContractChangeFilter as JSON, as it was given.',
  specifiedByURL: 'https://spec.graphql.org/October2021/#sec-Input-Objects',
});
