import { type Command, InvalidArgumentError, Option } from 'commander';
import { SEVERITIES, type Severity } from '../../../contract/severity.js';

/** What every command takes that runs a scan. */
export interface RunOptions {
  json?: boolean;
  detach?: boolean;
  allowPartial?: boolean;
  failOn?: Severity;
}

export function addRunOptions(command: Command): Command {
  return command
    .option('--detach', 'put it into the queue, print its id, and leave it to a server or worker')
    .option('--allow-partial', 'exit 0 also when a part of it failed or could not see everything')
    .addOption(
      new Option(
        '--fail-on <severity>',
        'exit 3 when the target has an open finding that is at least this severe, also one from before',
      ).choices(SEVERITIES),
    )
    .option('--json', 'print one JSON document at the end');
}

/** For an option that may be given again, or as a list with commas. */
export function listed(text: string, before: string[] = []): string[] {
  const parts = text.split(',').map((part) => part.trim());
  if (parts.some((part) => part === '')) throw new InvalidArgumentError('there is an empty one');
  return [...before, ...parts];
}
