import { toolNameOf } from '../rows/tool-names.js';
import { TOOLS } from '../tools/registry.js';
import type { ReaderContext } from './format.js';

const SUFFIXED = new Set(
  TOOLS.filter(({ isSuffixedElsewhere }) => isSuffixedElsewhere).map(({ id }) => id),
);

/** `format`: the id of the tool declaration that has the format. */
export function readerContext(format: string): ReaderContext {
  return { toolNamed: (stated, maker) => toolNameOf(stated, format, SUFFIXED, maker) };
}
