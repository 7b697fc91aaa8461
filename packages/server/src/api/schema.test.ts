import { describe, expect, test } from '@jest/globals';
import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  validateSchema,
  type GraphQLScalarType,
} from 'graphql';
import { readFileSync } from 'node:fs';
import { columnKeys, columns, type Column } from '../contract-change/contract-change.columns.ts';
import { contractChangeFields } from '../contract-change/contract-change.fields.ts';
import { buildApiSchema, printApiSchema } from './schema.ts';

const schema = buildApiSchema();

describe('the schema', () => {
  test('is valid', () => {
    // The server does not check it at each start.
    expect(validateSchema(schema)).toEqual([]);
  });

  test('equals the committed file', () => {
    const committed = readFileSync(new URL('../../../../schema/schema.graphql', import.meta.url), 'utf8');
    // `npm run renewals -- schema > schema/schema.graphql` updates the file.
    expect(printApiSchema()).toBe(committed);
  });

  test('has no resolver for fields that are only properties of an object', () => {
    // Without `simpleResolvers: true` on a type, type-graphql calls a function for each field of each row.
    const isPropertyRead = (resolve: unknown) => String(resolve).includes('root[fieldMetadata.name]');
    const slow = Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields()).flatMap(({ name, resolve }) => (isPropertyRead(resolve) ? `${type.name}.${name}` : [])),
      );
    expect(slow).toEqual([]);
  });

  test('describes every type, field, argument, enum value and directive', () => {
    const undescribed: string[] = [];
    const check = (name: string, thing: { description?: string | null | undefined }) => void (thing.description || undescribed.push(name));
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__')) continue;
      check(type.name, type);
      if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
      if (isInputObjectType(type)) for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
      if (!isObjectType(type) && !isInterfaceType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name})`, argument);
      }
    }
    for (const directive of schema.getDirectives()) if (!isSpecifiedDirective(directive)) check(`@${directive.name}`, directive);
    expect(undescribed).toEqual([]);
  });

  test('specifies each scalar of its own by a URL', () => {
    const scalars = Object.values(schema.getTypeMap()).filter((type) => isScalarType(type) && !isSpecifiedScalarType(type));
    expect(scalars.length).toBeGreaterThan(7);
    expect(scalars.filter((type) => !/^https?:/.test((type as GraphQLScalarType).specifiedByURL ?? '')).map(String)).toEqual([]);
  });

  test('tells the order of each enum that lists are ordered by, as the lists and the columns have it', () => {
    const ordered = {
      STATUS: 'ContractChangeStatus',
      CONTRACT_TYPE: 'ContractChangeType',
      COMMUNICATION_OWNER: 'CommunicationOwner',
    } as const;
    for (const [column, type] of Object.entries(ordered)) {
      const { values, sort }: Column = columns[column as keyof typeof ordered];
      const names = Object.keys(values ?? {});
      expect(schema.getType(type)?.description).toContain(`Order: ${names.join(', ')}.`);
      expect((sort[0]!.type as { values: readonly string[] }).values).toEqual(names);
    }
    expect(schema.getType('BillingFrequency')?.description).toContain('Order: by months.');
    expect(columns.BILLING_FREQUENCY.sort[0]?.type).toBe('integer');
  });

  test('has a field for every leaf of a contract change, and a leaf for every field without a resolver', () => {
    const missing = Object.keys(contractChangeFields.leaves).filter((path) => {
      let type = schema.getType('ContractChange');
      for (const name of path.split('.')) {
        const field = isObjectType(type) ? type.getFields()[name] : undefined;
        if (field === undefined) return true;
        type = schema.getType(String(field.type).replace(/[[\]!]/g, ''));
      }
      return false;
    });
    expect(missing).toEqual([]);
    const change = schema.getType('ContractChange');
    const fields = isObjectType(change) ? Object.keys(change.getFields()) : [];
    const roots = new Set(Object.keys(contractChangeFields.leaves).map((path) => path.split('.')[0]));
    const resolved = new Set(['timeline', 'reminders', 'reminderMutes', 'nextCancellableRenewalDate']);
    expect(fields.filter((field) => !roots.has(field) && !resolved.has(field))).toEqual([]);
  });

  test('can sort by every column, and every column has its own path', () => {
    const orderFields = schema.getType('ContractChangeOrderField');
    const names = isEnumType(orderFields) ? orderFields.getValues().map((value) => value.name) : [];
    for (const key of columnKeys) {
      const column: Column = columns[key];
      expect(names).toContain(column.orderField);
      expect(
        Object.keys(column.fields).every((leaf) => leaf === column.path || leaf.startsWith(column.path.split('.').slice(0, -1).join('.'))),
      ).toBe(true);
    }
    expect(new Set(columnKeys.map((key) => columns[key].path)).size).toBe(15);
  });
});
