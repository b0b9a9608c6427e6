import type { Command } from 'commander';
import { describeServerConfig, readServerConfig } from '../../server-config.js';
import { dim } from '../output/style.js';
import { table } from '../output/table.js';
import type { Shell } from '../shell.js';

export function addConfig(command: Command, shell: Shell): void {
  command.option('--json', 'print one JSON document').action(({ json }: { json?: boolean }) => {
    const rows = describeServerConfig(readServerConfig(shell.env));
    if (json) {
      shell.print(
        JSON.stringify(Object.fromEntries(rows.map(({ name, value }) => [name, value])), null, 2),
      );
      return;
    }
    shell.print(
      table(
        [{ title: 'Variable' }, { title: 'Value', grows: 1 }, { title: 'What it is', grows: 1 }],
        rows.map(({ name, value, help }) => [
          name,
          value || { text: 'not set', paint: dim },
          { text: help, paint: dim },
        ]),
        shell.width,
      ),
    );
  });
}
