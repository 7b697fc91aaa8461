import type { ClassType } from 'type-graphql';
import { Field, ID, InputType, Int } from 'type-graphql';
import type { Parameters } from '../database/sql.ts';
import { badInput } from '../graphql/errors.ts';
import { DateScalar } from '../graphql/scalars.ts';

const maxListLength = 250;

const oneOf = `Is one of these, at most ${maxListLength}; the empty list matches nothing.`;
const noneOf = `Is there and none of these, at most ${maxListLength}.`;
const isNull = 'true: there is no value; false: there is one.';

/** Comparisons of one field; all that are given must hold. A comparison with null is false. */
export type Comparator = Partial<
  Record<'eq' | 'lt' | 'lte' | 'gt' | 'gte', unknown> & Record<'in' | 'nin', readonly unknown[] | null> & { isNull: boolean | null }
>;

/** A comparator over the values of an enum. */
export function enumComparator(name: string, type: object): ClassType<Comparator> {
  @InputType(name, { description: 'Comparisons of one field; all that are given must hold.' })
  class EnumComparator {
    @Field(() => type, { nullable: true, description: 'Is this.' })
    eq?: unknown;

    @Field(() => [type], { nullable: true, description: oneOf })
    in?: unknown[];

    @Field(() => [type], { nullable: true, description: noneOf })
    nin?: unknown[];
  }
  return EnumComparator as ClassType<Comparator>;
}

@InputType({ description: 'Comparisons of an id; all that are given must hold.' })
export class IDComparator {
  @Field(() => ID, { nullable: true, description: 'Is this.' })
  eq?: string;

  @Field(() => [ID], { nullable: true, description: oneOf })
  in?: string[];

  @Field(() => [ID], { nullable: true, description: noneOf })
  nin?: string[];
}

@InputType({
  description: 'Comparisons of a calendar date; all that are given must hold. A date that is null fails every comparison but isNull.',
})
export class DateComparator {
  @Field(() => DateScalar, { nullable: true, description: 'Is this day.' })
  eq?: string;

  @Field(() => [DateScalar], { nullable: true, description: oneOf })
  in?: string[];

  @Field(() => DateScalar, { nullable: true, description: 'Is before this day.' })
  lt?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Is this day or before it.' })
  lte?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Is after this day.' })
  gt?: string;

  @Field(() => DateScalar, { nullable: true, description: 'Is this day or after it.' })
  gte?: string;

  @Field(() => Boolean, { nullable: true, description: isNull })
  isNull?: boolean;
}

@InputType({
  description: 'Comparisons of a whole number; all that are given must hold. A number that is null fails every comparison but isNull.',
})
export class IntComparator {
  @Field(() => Int, { nullable: true, description: 'Is this.' })
  eq?: number;

  @Field(() => [Int], { nullable: true, description: oneOf })
  in?: number[];

  @Field(() => [Int], { nullable: true, description: noneOf })
  nin?: number[];

  @Field(() => Int, { nullable: true, description: 'Is less than this.' })
  lt?: number;

  @Field(() => Int, { nullable: true, description: 'Is this or less.' })
  lte?: number;

  @Field(() => Int, { nullable: true, description: 'Is greater than this.' })
  gt?: number;

  @Field(() => Int, { nullable: true, description: 'Is this or greater.' })
  gte?: number;

  @Field(() => Boolean, { nullable: true, description: isNull })
  isNull?: boolean;
}

const operators = { eq: '=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

/** SQL that is true or false, never null, so that `not` is the exact complement. */
export function comparatorSql(sql: string, type: string, comparator: Comparator, parameters: Parameters): string {
  const conditions: string[] = [];
  for (const [name, operator] of Object.entries(operators)) {
    const value = comparator[name as keyof typeof operators];
    // Given as null, it is a comparison with null: false, not absent.
    if (value !== undefined) conditions.push(value === null ? 'false' : `${sql} ${operator} ${parameters.add(value, type)}`);
  }
  for (const [name, match] of [
    ['in', '= any'],
    ['nin', '<> all'],
  ] as const) {
    const values = comparator[name];
    if (values === undefined) continue;
    if (values === null) conditions.push('false');
    else if (values.length > maxListLength) throw badInput(`A list in a filter holds at most ${maxListLength} values.`);
    else conditions.push(`(${sql} is not null and ${sql} ${match} (${parameters.add(values, `${type}[]`)}))`);
  }
  if (comparator.isNull != null) conditions.push(`${sql} is ${comparator.isNull ? '' : 'not '}null`);
  return conditions.length === 0 ? 'true' : `coalesce(${conditions.join(' and ')}, false)`;
}
