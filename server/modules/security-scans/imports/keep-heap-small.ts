import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const GROWTH_BYTES = 12 * 1024 ** 2;
/** A smaller file, even compressed, makes too little garbage to matter. */
const MIN_FILE_BYTES = 256 * 1024;

let collect: (() => void) | null = null;
let living = 0;
let collectedAt = 0;
let tookMs = 0;
/** Collecting a large heap stalls everything else: it may take one part of this many of the time. */
const SHARE = 10;

/**
 * Collects garbage each time the heap's old objects have grown by 12 MB. An import creates many times its
 * report's size in garbage while about 30 MB stay in use; by default V8 lets the heap triple before it collects,
 * and a large import's memory is then mostly garbage. Costs about 5 % of an import's time.
 */
export function keepHeapSmall({ sizeBytes }: { sizeBytes: number }): void {
  if (sizeBytes < MIN_FILE_BYTES) return;
  if (usedBytes() < living + GROWTH_BYTES) return;
  if (performance.now() - collectedAt < SHARE * tookMs) return;
  collectNow();
}

/** To be called once a report is stored: what it held is garbage before the listeners add theirs. */
export function freeHeap({ sizeBytes }: { sizeBytes: number }): void {
  if (sizeBytes >= MIN_FILE_BYTES) collectNow();
}

function collectNow(): void {
  const startedAt = performance.now();
  collect ??= collector();
  collect();
  collectedAt = performance.now();
  tookMs = collectedAt - startedAt;
  living = usedBytes();
}

/** Without the space of new objects, most of which V8 frees soon and cheaply by itself. */
function usedBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name !== 'new_space')
    .reduce((sum, { space_used_size: size }) => sum + size, 0);
}

/** The function that `node --expose-gc` provides, without that flag. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  return typeof gc === 'function' ? () => gc() : () => {};
}
