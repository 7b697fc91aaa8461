import { getNamedType, isEnumType, isListType, isNonNullType, isRequiredArgument, isScalarType } from 'graphql';
import { tsdoc } from './text.mjs';

const scalars = { Boolean: 'boolean', Float: 'number', Int: 'number', JSON: 'unknown', ContractChangeFilterValue: 'ContractChangeFilter' };

/** The TypeScript type of a field's value, with null if the server may return null. */
export function printOutput(type) {
  if (isNonNullType(type)) return printInner(type.ofType, printOutput);
  const inner = printInner(type, printOutput);
  return inner === 'unknown' ? inner : `${inner} | null`;
}

function printInner(type, printElement) {
  if (isListType(type)) {
    const element = printElement(type.ofType);
    return `readonly ${element.includes(' ') ? `(${element})` : element}[]`;
  }
  // Dates, amounts and ids stay text, exactly as the server sends them.
  return isScalarType(type) ? (scalars[type.name] ?? 'string') : type.name;
}

export const directiveOf = (astNode, wanted) => astNode?.directives?.find(({ name }) => name.value === wanted);

/** The TypeScript type of a value given to the server. */
export function printInput(type) {
  return isNonNullType(type) ? printInner(type.ofType, printInput) : `${printInner(type, printInput)} | null`;
}

/** A member of an input type, or an argument. */
export function printInputField(field) {
  const required = isRequiredArgument(field) || directiveOf(field.astNode, 'mustBePresent') !== undefined;
  return `${tsdoc(field.description, '  ')}  ${field.name}${required ? '' : '?'}: ${printInput(field.type)};\n`;
}

export const isObjectLike = (type) => !isScalarType(getNamedType(type)) && !isEnumType(getNamedType(type));
