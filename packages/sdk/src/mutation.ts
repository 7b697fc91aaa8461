import { mutations, selections, userErrors, type Mutations } from './generated/operations.ts';

/** The document of a mutation; a declaration and a directive make it idempotent. */
export const mutationDocument =
  (name: keyof Mutations) =>
  (declared = '', directive = ''): string => {
    const selected = selections();
    const fields = mutations[name].split(' ').map((field) => field + (selected[field] && `{${selected[field]}}`));
    const type = name.charAt(0).toUpperCase() + name.slice(1);
    return `mutation ${type}($input:${type}Input!${declared}){${name}(input:$input)${directive}{${fields.join(' ')} ${userErrors}}}`;
  };
