export type Unit = 'ms' | 's' | 'MB' | '/s' | 'MB/s' | '×' | '';

/** One line of the result. */
export interface Figure {
  name: string;
  value: number;
  unit: Unit;
  /** Its target: the value must be lower. Left out where it only informs, and at sizes without a target. */
  below?: number;
  /** Lowest and highest value that is usual for a ratio; README.md has them too. */
  usual?: readonly [number, number];
  note?: string;
}

export interface Section {
  title: string;
  figures: Figure[];
}

/** `ok` or `over`; empty without a target. */
export function standing({ value, below }: Figure): '' | 'ok' | 'over' {
  if (below === undefined) return '';
  return value < below ? 'ok' : 'over';
}

/** The ratios of these sections, one in a line, each with its usual range and a mark where it is above. */
export function ratios(sections: readonly Section[]): string {
  const figures = sections.flatMap((section) => section.figures.filter(({ unit }) => unit === '×'));
  const width = Math.max(...figures.map(({ name }) => name.length));
  return figures
    .map(({ name, value, usual }) => {
      const range = usual ? `usual ${usual[0]} to ${usual[1]}` : '';
      const mark = usual && value > usual[1] ? 'SLOWER' : '';
      return `${name.padEnd(width)}  ${shown(value, '×').padStart(10)}  ${range}  ${mark}`.trimEnd();
    })
    .join('\n');
}

/** A section as lines of text, columns aligned. */
export function table({ title, figures }: Section): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, below, note } = figure;
    const target = below === undefined ? '' : `< ${shown(below, unit)}`;
    return [`  ${name}`, shown(value, unit), target, standing(figure), note ?? ''];
  });
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length), MIN_WIDTHS[column] ?? 0),
  );
  const lines = rows.map(([name = '', value = '', target = '', mark = '', note = '']) =>
    [
      name.padEnd(widths[0] ?? 0),
      value.padStart(widths[1] ?? 0),
      target.padStart(widths[2] ?? 0),
      mark.padEnd(widths[3] ?? 0),
      note,
    ]
      .join('  ')
      .trimEnd(),
  );
  return [title, ...lines].join('\n');
}

/** Aligns the columns of all tables. */
const MIN_WIDTHS = [52, 12, 12, 4];

function shown(value: number, unit: Unit): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = value.toLocaleString('en-US', {
    minimumFractionDigits: Number.isInteger(value) ? 0 : digits,
    maximumFractionDigits: digits,
  });
  return unit === '' ? number : `${number} ${unit}`;
}
