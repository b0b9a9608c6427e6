import type { ScorePoint } from '../../../contract/compliance.js';

const WIDTH = 96;
const HEIGHT = 20;

type Figure = 'score' | 'passing';

/** The score over the last 90 days, and dashed the share of passing results; nothing with fewer than two points. */
export function ScoreTrend({ name, points }: { name: string; points: readonly ScorePoint[] }) {
  const [scores, shares] = [knownOf(points, 'score'), knownOf(points, 'passing')];
  const [first, last] = [scores[0], scores.at(-1)];
  if (!first || !last || scores.length < 2) return null;
  const start = Date.parse(first.at);
  const span = Date.parse(last.at) - start || 1;
  const line = (known: readonly Point[]) =>
    known
      .map(({ at, value }) => {
        const x = ((Date.parse(at) - start) / span) * (WIDTH - 2) + 1;
        const y = HEIGHT - 1 - (value / 100) * (HEIGHT - 2);
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      })
      .join(' ');
  const since = `since ${first.at.slice(0, 10)}`;
  const passing =
    shares.length < 2
      ? ''
      : `, passing from ${shares[0]?.value} % to ${shares.at(-1)?.value} % (dashed)`;
  const text = `${name}: score from ${first.value} % to ${last.value} %${passing} ${since}`;
  return (
    <svg
      role="img"
      aria-label={text}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    >
      <title>{text}</title>
      <polyline
        points={line(scores)}
        fill="none"
        stroke="var(--app-quiet)"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
      {shares.length > 1 && (
        <polyline
          points={line(shares)}
          fill="none"
          stroke="var(--tone-blue-solid)"
          strokeWidth="1.5"
          strokeDasharray="3 2"
          strokeLinejoin="round"
        />
      )}
    </svg>
  );
}

interface Point {
  at: string;
  value: number;
}

function knownOf(points: readonly ScorePoint[], figure: Figure): Point[] {
  return points.flatMap(({ at, [figure]: value }) => (value === null ? [] : [{ at, value }]));
}
