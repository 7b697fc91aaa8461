import { registerEnumType } from 'type-graphql';

/** An enum of the API; `values` are in declared order, each with its description. */
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
