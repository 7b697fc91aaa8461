/** A description as an indented TSDoc comment; empty without a description. */
export function tsdoc(description, indent = '') {
  if (!description) return '';
  return `${indent}/** ${description.replaceAll('*/', '*\\/').replaceAll(/\s*\n\s*/g, ' ')} */\n`;
}

export const quote = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

export const union = (names) => names.map(quote).join(' | ') || 'never';

/** WEBSITE_HOST → websiteHost. */
export const camelCase = (key) => key.toLowerCase().replaceAll(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());

export const capitalized = (name) => name[0].toUpperCase() + name.slice(1);

export const byName = (one, other) => (one < other ? -1 : 1);
