import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** The path of a program, searched in the folders of `path` as a shell would; null when it is not there. */
export async function findProgram(program: string, path: string): Promise<string | null> {
  // An empty or relative entry would mean a folder that a scanned repository may fill.
  const folders = path.split(delimiter).filter(isAbsolute);
  const places = isAbsolute(program) ? [program] : folders.map((folder) => join(folder, program));
  for (const place of places) {
    const runnable = await access(place, constants.X_OK).then(
      () => stat(place).then((found) => found.isFile()),
      () => false,
    );
    if (runnable) return place;
  }
  return null;
}
