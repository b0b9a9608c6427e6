import pc from 'picocolors';
import type { Io } from './io.js';

/** The io of a command that has its process to itself. */
export function processIo(): Io {
  const { stdin, stdout, stderr } = process;
  // A reader that closes early (`cspm … | head`) is no error: the command goes on to its own exit code.
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
