import { InvalidArgumentError, Option } from 'commander';

/** A mandatory option that names a role, in capitals or not. */
export function roleOption(description: string, roles: readonly string[]): Option {
  return new Option('--role <role>', description)
    .choices(roles)
    .argParser((text) => {
      const role = text.toUpperCase();
      if (roles.includes(role)) return role;
      throw new InvalidArgumentError(`Allowed choices are ${roles.join(', ')}.`);
    })
    .makeOptionMandatory();
}
