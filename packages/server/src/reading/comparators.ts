import type { ClassType } from 'type-graphql';
import { Field, ID, InputType, Int } from 'type-graphql';
import type { Parameters } from '../database/sql.ts';
import { badInput } from '../graphql/errors.ts';
import { uuidOf, type NodeType } from '../graphql/global-id.ts';
import { DateScalar, DateTimeScalar } from '../graphql/scalars.ts';

const maxListLength = 250;

const oneOf = `One of these, at most ${maxListLength}; an empty list matches nothing.`;
const noneOf = `Neither null nor one of these, at most ${maxListLength}.`;
const isNull = 'true: the value is null; false: the value is not null.';

/** Conditions on one field; all given conditions must hold. A comparison with null is false. */
export type Comparator = Partial<
  Record<'eq' | 'lt' | 'lte' | 'gt' | 'gte', unknown> & Record<'in' | 'nin', readonly unknown[] | null> & { isNull: boolean | null }
>;

/** A comparator over the values of an enum. */
export function enumComparator(name: string, type: object): ClassType<Comparator> {
  @InputType(name, { description: 'Conditions on one field; all given conditions must hold.' })
  class EnumComparator {
    @Field(() => type, { nullable: true, description: 'Equal to this value.' })
    eq?: unknown;

    @Field(() => [type], { nullable: true, description: oneOf })
    in?: unknown[];

    @Field(() => [type], { nullable: true, description: noneOf })
    nin?: unknown[];
  }
  return EnumComparator as ClassType<Comparator>;
}

@InputType({ description: 'Conditions on an ID; all given conditions must hold.' })
export class IDComparator {
  @Field(() => ID, { nullable: true, description: 'Equal to this value.' })
  eq?: string;

  @Field(() => [ID], { nullable: true, description: oneOf })
  in?: string[];

  @Field(() => [ID], { nullable: true, description: noneOf })
  nin?: string[];
}

@InputType({
  description: 'Conditions on a calendar date; all given conditions must hold. A null date fails every condition except isNull.',
})
export class DateComparator {
  @Field(() => DateScalar, { nullable: true, description: 'On this day.' })
  eq?: string;

  @Field(() => [DateScalar], { nullable: true, description: oneOf })
  in?: string[];

  @Field(() => DateScalar, { nullable: true, description: 'Before this day.' })
  lt?: string;

  @Field(() => DateScalar, { nullable: true, description: 'On or before this day.' })
  lte?: string;

  @Field(() => DateScalar, { nullable: true, description: 'After this day.' })
  gt?: string;

  @Field(() => DateScalar, { nullable: true, description: 'On or after this day.' })
  gte?: string;

  @Field(() => Boolean, { nullable: true, description: isNull })
  isNull?: boolean;
}

@InputType({
  description: 'Conditions on a whole number; all given conditions must hold. A null number fails every condition except isNull.',
})
export class IntComparator {
  @Field(() => Int, { nullable: true, description: 'Equal to this value.' })
  eq?: number;

  @Field(() => [Int], { nullable: true, description: oneOf })
  in?: number[];

  @Field(() => [Int], { nullable: true, description: noneOf })
  nin?: number[];

  @Field(() => Int, { nullable: true, description: 'Less than this value.' })
  lt?: number;

  @Field(() => Int, { nullable: true, description: 'At most this value.' })
  lte?: number;

  @Field(() => Int, { nullable: true, description: 'Greater than this value.' })
  gt?: number;

  @Field(() => Int, { nullable: true, description: 'At least this value.' })
  gte?: number;

  @Field(() => Boolean, { nullable: true, description: isNull })
  isNull?: boolean;
}

@InputType({
  description: 'Conditions on an instant; all given conditions must hold. A null instant fails every condition except isNull.',
})
export class DateTimeComparator {
  @Field(() => DateTimeScalar, { nullable: true, description: 'Before this instant.' })
  lt?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At or before this instant.' })
  lte?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'After this instant.' })
  gt?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'At or after this instant.' })
  gte?: Date;

  @Field(() => Boolean, { nullable: true, description: isNull })
  isNull?: boolean;
}

const operators = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/** SQL that is true or false, never null, so that `not` is the exact complement. */
export const comparatorSql = (sql: string, type: string, comparator: Comparator, parameters: Parameters): string => {
  const conditions = conditionsSql(sql, type, comparator, parameters);
  return conditions.length === 0 ? 'true' : `coalesce(${conditions.join(' and ')}, false)`;
};

/** SQL conditions, null instead of false: for filters without `not`. An index serves them; it does not serve a coalesce. */
export function conditionsSql(sql: string, type: string, comparator: Comparator, parameters: Parameters): string[] {
  const conditions: string[] = [];
  for (const [name, operator] of Object.entries(operators)) {
    const value = comparator[name as keyof typeof operators];
    // An explicit null is a comparison with null, which is false; it does not mean that the condition is absent.
    if (value !== undefined) conditions.push(value === null ? 'false' : `${sql} ${operator} ${parameters.add(value, type)}`);
  }
  for (const [name, match] of [
    ['in', 'in'],
    ['nin', 'not in'],
  ] as const) {
    const values = comparator[name];
    if (values === undefined) continue;
    if (values === null) conditions.push('false');
    else if (values.length > maxListLength) throw badInput(`Use at most ${maxListLength} values in a list of a filter.`);
    // The planner hashes a subquery, but compares each row with all values of an array parameter.
    else conditions.push(`(${sql} is not null and ${sql} ${match} (select unnest(${parameters.add(values, `${type}[]`)})))`);
  }
  if (comparator.isNull != null) conditions.push(`${sql} is ${comparator.isNull ? '' : 'not '}null`);
  return conditions;
}

/** The same over the uuids of IDs of one type. An ID of another type matches nothing, like an ID that does not exist. */
export function uuidComparator(type: NodeType, { eq, in: some, nin }: IDComparator): Comparator {
  const nobody = '00000000-0000-0000-0000-000000000000';
  const uuid = (id: string) => uuidOf(type, id) ?? nobody;
  return {
    ...(eq !== undefined && { eq: eq === null ? null : uuid(eq) }),
    ...(some !== undefined && { in: some === null ? null : some.map(uuid) }),
    ...(nin !== undefined && { nin: nin === null ? null : nin.map(uuid) }),
  };
}
