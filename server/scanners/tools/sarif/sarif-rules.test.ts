import { describe, expect, it } from 'vitest';
import { readerContext } from '../../readers/reader-context.js';
import { severityOfWord } from '../../rows/severity-words.js';
import { rowsIn } from '../../testing/judging.js';
import { createSarifReader } from './sarif.read.js';

const result = (change: object) => ({ ruleId: 'R1', message: { text: 'found' }, ...change });
const rowsOf = (results: object[], tool: object = {}, run: object = {}) => {
  const driver = { name: 'Lint', rules: [{ id: 'R1', defaultConfiguration: { level: 'note' } }] };
  const log = { version: '2.1.0', runs: [{ tool: { driver, ...tool }, results, ...run }] };
  return rowsIn(createSarifReader(readerContext('sarif')).read(log));
};
const override = (descriptor: object, level: string) => ({
  ruleConfigurationOverrides: [{ descriptor, configuration: { level } }],
});

describe('severity', () => {
  it.each([
    ['by id', { id: 'R1' }],
    ['by index', { index: 0 }],
  ])('follows an override of the configuration %s', (_, descriptor) => {
    const invocations = [override(descriptor, 'error')];
    expect(rowsOf([result({})], {}, { invocations })[0]?.severity).toBe('high');
    expect(rowsOf([result({ level: 'note' })], {}, { invocations })[0]?.severity).toBe('low');
    const other = { ruleId: 'R2', message: { text: 'other' } };
    expect(rowsOf([other], {}, { invocations })[0]?.severity).toBe('medium');
  });

  it('follows the override of the invocation that the result names', () => {
    const invocations = [override({ id: 'R1' }, 'error'), override({ id: 'R1' }, 'warning')];
    const second = result({ provenance: { invocationIndex: 1 } });
    expect(rowsOf([second], {}, { invocations })[0]?.severity).toBe('medium');
  });

  it.each([
    ['component GUID and index', { index: 0, toolComponent: { guid: 'AAAA' } }],
    ['component index and id', { id: 'X', toolComponent: { index: 0 } }],
    ['rule GUID', { guid: 'bbbb' }],
  ])('finds a rule of an extension by %s', (_, rule) => {
    const level = { defaultConfiguration: { level: 'error' } };
    const extensions = [
      { name: 'Plugin', guid: 'aaaa', rules: [{ id: 'X', guid: 'BBBB', ...level }] },
    ];
    const [row] = rowsOf([{ message: { text: 'found' }, rule }], { extensions });
    expect(row).toMatchObject({ severity: 'high', check: { id: 'lint:X' } });
  });

  it.each([
    ['critical', 'critical'],
    ['HIGH', 'high'],
    ['Error', 'high'],
    ['Blocker', 'critical'],
    ['Warning', 'medium'],
    ['made-up', 'medium'],
  ])('reads the level %s as %s', (level, expected) => {
    expect(rowsOf([result({ level })])[0]?.severity).toBe(expected);
    const properties = { 'security-severity': level };
    if (severityOfWord(level)) {
      expect(rowsOf([result({ properties })])[0]?.severity).toBe(expected);
    }
  });
});

describe('results', () => {
  it('without a rule are read', () => {
    const rows = rowsOf([{ level: 'error', message: { text: 'a key' } }]);
    expect(rows).toMatchObject([
      { verdict: 'fail', severity: 'high', check: { id: 'lint:no-rule' } },
    ]);
  });

  it.each(['notApplicable', 'NotApplicable'])('of kind %s are observations, not errors', (kind) => {
    expect(rowsOf([result({ kind })])[0]?.verdict).toBe('manual');
  });
});
