import type { Command } from 'commander';

export function addSchemaCommand(program: Command): void {
  program
    .command('schema')
    .description('print the GraphQL schema')
    .option('--columns', 'print the columns of the dashboard as JSON instead')
    .action(async ({ columns }: { columns?: true }) => {
      const { printApiSchema } = await import('../api/schema.ts');
      const { printColumns } = await import('../dashboard/dashboard-column.manifest.ts');
      process.stdout.write(columns ? printColumns() : printApiSchema());
    });
}
