import type { Command } from 'commander';
import { describeServerConfig, readServerConfig } from '../../server-config.js';
import { dim } from '../output/style.js';
import { table } from '../output/table.js';

export function addConfig(program: Command): void {
  program
    .command('config')
    .description('print the configuration in force, secrets masked')
    .option('--json', 'print one JSON document')
    .action(({ json }: { json?: boolean }) => {
      const rows = describeServerConfig(readServerConfig(process.env));
      if (json) {
        console.log(
          JSON.stringify(Object.fromEntries(rows.map(({ name, value }) => [name, value])), null, 2),
        );
        return;
      }
      console.log(
        table(
          [{ title: 'Variable' }, { title: 'Value', grows: 1 }, { title: 'What it is', grows: 1 }],
          rows.map(({ name, value, help }) => [
            name,
            value || { text: 'not set', paint: dim },
            { text: help, paint: dim },
          ]),
        ),
      );
    });
}
