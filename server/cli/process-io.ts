import pc from 'picocolors';
import type { Io } from './io.js';

/** The io of the real process. */
export function processIo(): Io {
  const { stdin, stdout, stderr } = process;
  // A reader that closes early (`cspm … | head`) is not an error: the command keeps its exit code.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    env: process.env,
    stdin,
    stdout,
    stderr,
    hasColours: pc.isColorSupported,
    path: (given) => given,
    onSignal: (signal, handler) => process.on(signal, handler),
    offSignal: (signal, handler) => process.off(signal, handler),
    exit: (code) => process.exit(code),
  };
}
