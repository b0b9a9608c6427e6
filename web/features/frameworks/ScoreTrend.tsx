import type { ScorePoint } from '../../../contract/compliance.js';

const WIDTH = 96;
const HEIGHT = 20;

/** The score over the last 90 days; nothing with fewer than two points. */
export function ScoreTrend({ name, points }: { name: string; points: readonly ScorePoint[] }) {
  const known = points.filter(({ score }) => score !== null);
  const first = known[0];
  const last = known.at(-1);
  if (!first || !last || known.length < 2) return null;
  const start = Date.parse(first.at);
  const span = Date.parse(last.at) - start || 1;
  const place = ({ at, score }: ScorePoint) => {
    const x = ((Date.parse(at) - start) / span) * (WIDTH - 2) + 1;
    const y = HEIGHT - 1 - ((score ?? 0) / 100) * (HEIGHT - 2);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  };
  return (
    <svg
      role="img"
      aria-label={`${name}: score from ${first.score} % to ${last.score} % since ${first.at.slice(0, 10)}`}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    >
      <polyline
        points={known.map(place).join(' ')}
        fill="none"
        stroke="var(--app-quiet)"
        strokeWidth="1.5"
        strokeLinejoin="round"
      />
    </svg>
  );
}
