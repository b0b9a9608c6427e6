import type { ElementReader, ReaderContext } from '../../readers/format.js';
import { createOcsfReader } from '../prowler/ocsf.js';
import { createForeignOcsfReader, isForeignOcsf } from './ocsf.read.js';

/** OCSF of Prowler, of other tools, or mixed: each finding is read by its product's reader. */
export function createMixedOcsfReader(context: ReaderContext): ElementReader {
  const ofProwler = createOcsfReader();
  const ofOthers = createForeignOcsfReader(context);
  let format = 'prowler-ocsf';
  return {
    read(value) {
      if (!isForeignOcsf(value)) return ofProwler(value);
      format = 'ocsf';
      return ofOthers.read(value);
    },
    format: () => format,
  };
}
