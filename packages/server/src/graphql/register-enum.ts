import { registerEnumType } from 'type-graphql';

/** An enum of the API: its name, its rule, and each value with a sentence of its own, in the declared order. */
export function registerEnum<T extends string>(name: string, description: string, values: Record<T, string>): Record<T, T> {
  const names = Object.keys(values) as T[];
  const type = Object.fromEntries(names.map((value) => [value, value])) as Record<T, T>;
  registerEnumType(type, {
    name,
    description,
    valuesConfig: Object.fromEntries(names.map((value) => [value, { description: values[value] }])) as never,
  });
  return type;
}
