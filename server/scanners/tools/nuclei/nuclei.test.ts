import { describe, expect, it } from 'vitest';
import { JsonSplitter } from '../../readers/json-splitter.js';
import { rowsIn } from '../../testing/judging.js';
import { identityOf } from '../../testing/read-rows.js';
import { createNucleiReader, isNucleiMatch } from './nuclei.read.js';

const match = (change: object = {}) => ({
  'template-id': 'CVE-2024-0001',
  info: {
    name: 'Overflow',
    severity: 'critical',
    tags: ['cve'],
    reference: ['https://example.org/a'],
    classification: {
      'cve-id': ['cve-2024-0001'],
      'cwe-id': null,
      'cvss-score': 9.8,
      'epss-score': 0.5,
    },
  },
  type: 'http',
  host: 'https://shop.example',
  'matched-at': 'https://shop.example/login?user=bob&token=hunter2hunter2',
  'matcher-name': 'body',
  timestamp: '2026-05-01T10:00:00.123456+02:00',
  'matcher-status': true,
  request: 'Authorization: Bearer abcdefghijklmnop',
  'curl-command': 'curl -H "Authorization: Bearer abcdefghijklmnop"',
  ...change,
});
const read = (...values: unknown[]) => {
  const reader = createNucleiReader();
  return rowsIn(values.flatMap((value) => [...reader.read(value)]));
};

describe('matches of nuclei', () => {
  it('reads a match without its request and values', () => {
    const [row] = read(match());
    expect(row).toMatchObject({
      check: {
        id: 'CVE-2024-0001',
        categories: ['CVE-2024-0001', 'cve'],
        remediationUrl: 'https://example.org/a',
      },
      verdict: 'fail',
      severity: 'critical',
      provider: 'web',
      accountId: 'https://shop.example',
      resource: { uid: 'https://shop.example/login?token&user' },
      subObject: 'body',
      observedAt: '2026-05-01T08:00:00.123Z',
    });
    expect(row?.observed).toContain('CVSS 9.8 · EPSS 0.5');
    expect(JSON.stringify(row)).not.toMatch(/hunter2|abcdefghij/);
  });
  it('treats detections as observations, a failed matcher and an error as no verdict', () => {
    const info = { ...match().info, severity: 'info' };
    expect(
      read(
        match({ info }),
        match({ 'matcher-status': false }),
        match({ error: 'x', 'matcher-status': false }),
        match({ error: 'x' }),
        match({ info: { ...info, severity: 'unknown' } }),
      ).map((row) => [row.verdict, row.severity]),
    ).toEqual([
      ['manual', 'informational'],
      ['not_evaluated', 'critical'],
      ['error', 'critical'],
      ['fail', 'critical'],
      ['fail', 'medium'],
    ]);
  });
  it('keeps its identity when values and times change, and distinguishes ports', () => {
    const [before, after] = read(
      match(),
      match({
        'matched-at': 'https://shop.example/login?user=eve&token=x',
        timestamp: '2026-06-01T00:00:00Z',
      }),
    );
    expect(before && identityOf(before)).toBe(after && identityOf(after));
    const ports = read(
      match({ type: 'ssl', host: 'a.example', 'matched-at': 'a.example:443' }),
      match({ type: 'ssl', host: 'a.example', 'matched-at': 'a.example:8443' }),
      match({ type: 'tcp', host: 'a.example', port: '22', 'matched-at': 'a.example' }),
    );
    expect(ports.map((row) => row.accountId)).toEqual([
      'a.example:443',
      'a.example:8443',
      'a.example:22',
    ]);
  });
  it('reads old field names and rejects anything else', () => {
    expect(
      read({
        templateID: 'old',
        info: { name: 'x', severity: 'low', tags: 'a,b' },
        matched: 'https://a.example/',
        host: 'a.example',
      })[0],
    ).toMatchObject({ check: { id: 'old', categories: ['a', 'b'] } });
    expect([...createNucleiReader().read({ info: {} })]).toEqual([
      { rejected: 'has no usable check id' },
    ]);
    expect([...createNucleiReader().read(7)]).toEqual([{ rejected: expect.any(String) }]);
    expect(isNucleiMatch(match())).toBe(true);
    expect(isNucleiMatch({ info: {} })).toBe(false);
  });
  it('reads lines and a list', () => {
    const list = [match(), match({ 'template-id': 'b' })];
    for (const text of [JSON.stringify(list), list.map((one) => JSON.stringify(one)).join('\n')]) {
      const elements = new JsonSplitter().push(Buffer.from(`${text}\n`));
      expect(
        read(...elements.map(({ bytes }) => JSON.parse(String(bytes)))).map((row) => row.check.id),
      ).toEqual(['CVE-2024-0001', 'b']);
    }
  });
});
