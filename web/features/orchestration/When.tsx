import { age, instant } from '../../ui/format.js';

/** An instant of a schedule, as its distance from now. */
export function When({ at }: { at: string }) {
  return (
    <time dateTime={at} title={instant(at)}>
      {isSoon(at) ? 'within a minute' : age(at)}
    </time>
  );
}

function isSoon(at: string): boolean {
  const aheadMs = new Date(at).getTime() - Date.now();
  return aheadMs > 0 && aheadMs < 60_000;
}
