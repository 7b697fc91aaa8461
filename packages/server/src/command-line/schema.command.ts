import type { Command } from 'commander';

export function addSchemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print the GraphQL schema')
    .action(async () => {
      const { printApiSchema } = await import('../graphql/schema.ts');
      process.stdout.write(printApiSchema());
    });
}
