import { basename } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import { maskFileName } from '../../scanners/secrets/file-name.js';
import type { Shell } from '../shell.js';

/** A progress bar on a terminal; nothing elsewhere. */
export function importProgress(
  { io: { stderr } }: Shell,
  path: string,
): {
  show: (at: { status: string; progress: number }) => void;
  stop: () => void;
} {
  if (!stderr.isTTY) return { show: () => {}, stop: () => {} };
  const bar = new SingleBar(
    {
      format: `${maskFileName(basename(path))}  {bar} {percentage} %  {status}`,
      stream: stderr,
      // Cursor and wrapping stay as they are: an interrupted run could not restore them.
      hideCursor: null,
      linewrap: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  bar.start(100, 0, { status: 'reading' });
  return {
    show: ({ status, progress }) => bar.update(Math.round(progress * 100), { status }),
    stop: () => bar.stop(),
  };
}
