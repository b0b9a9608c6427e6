const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** 1980-01-01 00:00, the earliest in the format. */
const FIRST_DAY = 0x0021;

/**
 * Sets one time for all entries of a ZIP archive, so that the same content has the same bytes; its writer uses the
 * clock. Archives over 65,535 entries or 4 GB do not occur here.
 */
export function withFixedTimes(archive: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(archive);
  const view = new DataView(bytes.buffer);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== END) end -= 1;
  if (end < 0) throw new Error('not a ZIP archive');
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    if (view.getUint32(at, true) !== ENTRY)
      throw new Error('the directory of the archive is broken');
    stamp(view, at + 12);
    stamp(view, view.getUint32(at + 42, true) + 10);
    const lengths = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    at += 46 + lengths.reduce((sum, length) => sum + length, 0);
  }
  return bytes;
}

function stamp(view: DataView, at: number): void {
  view.setUint16(at, 0, true);
  view.setUint16(at + 2, FIRST_DAY, true);
}
