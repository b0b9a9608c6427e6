import { describe, expect, test } from 'vitest';
import { bold, withoutColours } from './style.js';
import { table } from './table.js';
import { labelled, wrap } from './wrap.js';

describe('wrap', () => {
  test.each([
    ['short', 10, ['short']],
    ['', 10, ['']],
    ['two words here', 9, ['two words', 'here']],
    ['exactly ten', 11, ['exactly ten']],
    ['iam_user_administrator_access', 12, ['iam_user_', 'administrato', 'r_access']],
    ['worst s3_bucket_public (high)', 12, ['worst s3_', 'bucket_', 'public', '(high)']],
    ['unbreakable', 4, ['unbr', 'eaka', 'ble']],
    ['one\ntwo three', 5, ['one', 'two', 'three']],
  ])('%j at %i', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  test('loses no text and never exceeds the width', () => {
    const text =
      'worst ec2_instance_port_rdp_exposed_to_internet (critical), see https://x.example/y';
    for (let width = 1; width < 90; width += 1) {
      const lines = wrap(text, width);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }
  });

  test('indents further lines under a label', () => {
    expect(labelled('Why      ', 'one two three', 17)).toBe('Why      one two\n         three');
  });
});

describe('table', () => {
  const columns = [
    { title: 'Name', grows: 1 },
    { title: 'Not met', align: 'right' as const },
  ];

  test('is as narrow as its content, without rules or trailing spaces', () => {
    const rows = [
      ['one', '1'],
      ['three', '1,234'],
    ];
    expect(withoutColours(table(columns, rows, 80)).split('\n')).toEqual([
      'Name     Not',
      '         met',
      'one        1',
      'three  1,234',
    ]);
  });

  test('wraps the growing column to the available width', () => {
    const shown = table(columns, [['a name of many words', '1']], 18);
    const lines = withoutColours(shown).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(18);
    expect(lines.join(' ').replace(/\s+/g, ' ')).toContain('a name of 1 many words');
  });

  test('colours every line of a cell separately', () => {
    const cell = {
      text: 'the first the second',
      paint: (text: string) => `\u001b[31m${text}\u001b[39m`,
    };
    const lines = table([{ title: 'T', grows: 1 }], [[cell]], 12).split('\n');
    expect(lines).toEqual([bold('T'), ...['the first', 'the second'].map(cell.paint)]);
  });
});
