import { dim } from './style.js';
import { wrap } from './wrap.js';

/** Attributions of third-party texts in a table, each once. */
export function attributionLines(
  texts: readonly { attribution?: string | undefined }[],
  room: number,
): string[] {
  const found = new Set(texts.flatMap(({ attribution }) => attribution ?? []));
  return [...found].sort().flatMap((text) => wrap(text, room).map((line) => dim(line)));
}
