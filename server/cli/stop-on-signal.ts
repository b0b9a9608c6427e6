import { EXIT } from './exit-codes.js';
import { dim } from './output/style.js';

/** The first signal finishes what was begun and closes; a second one ends at once. */
export function stopOnSignal(close: () => Promise<void>): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(EXIT.failed);
    stopping = true;
    console.log(dim(`${signal}: finishing what was begun; once more ends at once`));
    close().then(
      () => process.exit(EXIT.ok),
      (error: unknown) => {
        console.error(error);
        process.exit(EXIT.failed);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
