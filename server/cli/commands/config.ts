import Table from 'cli-table3';
import type { Command } from 'commander';
import { describeConfig, readConfig } from '../../platform/config/config.js';
import { bold, dim } from '../output/style.js';

export function addConfig(program: Command): void {
  program
    .command('config')
    .description('print the configuration in force, secrets masked')
    .option('--json', 'print one JSON document')
    .action(({ json }: { json?: boolean }) => {
      const rows = describeConfig(readConfig(process.env));
      if (json) {
        console.log(
          JSON.stringify(Object.fromEntries(rows.map(({ name, value }) => [name, value])), null, 2),
        );
        return;
      }
      const table = new Table({
        head: ['Variable', 'Value', 'What it is'].map((text) => bold(text)),
        style: { head: [], border: ['gray'] },
      });
      for (const { name, value, help } of rows)
        table.push([name, value || dim('not set'), dim(help)]);
      console.log(table.toString());
    });
}
