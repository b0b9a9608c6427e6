import { inspect } from 'node:util';
import { EXIT } from './exit-codes.js';
import type { StopSignal } from './io.js';
import { dim } from './output/style.js';
import type { Shell } from './shell.js';

/** The first signal shuts down gracefully; a second one exits immediately. */
export function stopOnSignal(shell: Shell, close: () => Promise<void>): void {
  const { io } = shell;
  let stopping = false;
  const stop = (signal: StopSignal) => {
    if (stopping) return io.exit(EXIT.failed);
    stopping = true;
    shell.print(dim(`${signal}: shutting down; repeat to exit immediately`));
    close().then(
      () => io.exit(EXIT.ok),
      (error: unknown) => {
        shell.note(inspect(error));
        io.exit(EXIT.failed);
      },
    );
  };
  io.onSignal('SIGINT', stop);
  io.onSignal('SIGTERM', stop);
}
