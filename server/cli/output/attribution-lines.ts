import { dim } from './style.js';
import { wrap } from './wrap.js';

/** Lines below a table that names texts of others, each attribution once; none where all texts are ours. */
export function attributionLines(
  texts: readonly { attribution?: string | undefined }[],
  room: number,
): string[] {
  const found = new Set(texts.flatMap(({ attribution }) => attribution ?? []));
  return [...found].sort().flatMap((text) => wrap(text, room).map((line) => dim(line)));
}
