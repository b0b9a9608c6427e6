import { type Command, InvalidArgumentError, Option } from 'commander';
import { listFrom } from '../../../contract/list-text.js';
import { SEVERITIES, type Severity } from '../../../contract/severity.js';

/** Options of every command that runs a scan. */
export interface RunOptions {
  json?: boolean;
  detach?: boolean;
  allowPartial?: boolean;
  failOn?: Severity;
}

export function addRunOptions(command: Command): Command {
  return command
    .option('--detach', 'enqueue the scan, print its id and leave it to a server or worker')
    .option('--allow-partial', 'exit 0 even if a part failed or could not see everything')
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit 3 when the target has an open finding at least this severe, old or new',
      ).choices(SEVERITIES),
    )
    .option('--json', 'print one JSON document at the end');
}

/** Parses an option that is repeatable or comma-separated; a comma within a value is written `\,`. */
export function listed(text: string, before: string[] = []): string[] {
  const parts = listFrom(text).map((part) => part.trim());
  if (parts.some((part) => part === '')) throw new InvalidArgumentError('an entry is empty');
  return [...before, ...parts];
}
