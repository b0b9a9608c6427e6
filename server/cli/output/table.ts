import Table from 'cli-table3';
import { bold } from './style.js';
import { wrap } from './wrap.js';

export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** Share of the remaining width; without it, the column is as wide as its widest cell. */
  grows?: number;
}

/** Text, optionally painted line by line after wrapping, so that no colour spans a line break. */
export type Cell = string | { text: string; paint: (text: string) => string };

const GAP = '  ';
const MIN_COLUMN_WIDTH = 12;

/** A table without rules, at most `room` wide; long cells wrap. */
export function table(columns: readonly Column[], rows: readonly Cell[][], room: number): string {
  const widths = widthsOf(columns, rows, room);
  const show = (cell: Cell, i: number) => {
    const { text, paint } = typeof cell === 'string' ? { text: cell, paint: String } : cell;
    return wrap(text, widths[i] ?? MIN_COLUMN_WIDTH)
      .map((line) => (line ? paint(line) : line))
      .join('\n');
  };
  const grid = new Table({
    head: columns.map(({ title }, i) => show({ text: title, paint: bold }, i)),
    colAligns: columns.map(({ align = 'left' }) => align),
    colWidths: widths,
    chars: NO_RULES,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) grid.push(row.map(show));
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function widthsOf(columns: readonly Column[], rows: readonly Cell[][], room: number): number[] {
  const lengthOf = (cell: Cell | undefined) =>
    (typeof cell === 'string' ? cell : (cell?.text ?? '')).length;
  const widest = columns.map(({ title }, i) =>
    Math.max(
      ...title.split(' ').map((word) => word.length),
      ...rows.map((row) => lengthOf(row[i])),
    ),
  );
  const fixed = columns.reduce((sum, { grows }, i) => sum + (grows ? 0 : (widest[i] ?? 0)), 0);
  let left = room - fixed - GAP.length * (columns.length - 1);
  let shares = columns.reduce((sum, { grows = 0 }) => sum + grows, 0);
  // Columns that need less than their share come first; the rest is divided among the others.
  const widths = [...widest];
  const growing = columns
    .map(({ grows = 0 }, i) => ({ i, grows, need: widest[i] ?? 0 }))
    .filter(({ grows }) => grows > 0)
    .sort((a, b) => a.need / a.grows - b.need / b.grows);
  for (const { i, grows, need } of growing) {
    const given = Math.min(need, Math.max(MIN_COLUMN_WIDTH, Math.floor((left * grows) / shares)));
    widths[i] = given;
    left -= given;
    shares -= grows;
  }
  return widths;
}

const NO_RULES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};
