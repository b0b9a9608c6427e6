import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../platform/errors.js';
import {
  nmapReport,
  nucleiMatch,
  osPackages,
  sarifLog,
  sarifRun,
  TOOL_REPORTS,
  trivyReport,
  vulnerability,
} from '../../testing/tool-reports.js';
import type { FormatId } from '../rows/report.js';
import { maskedStream } from '../secrets/masked-stream.js';
import { inChunks, readRows } from '../testing/read-rows.js';

const refusal = async (input: Buffer | string | AsyncIterable<Uint8Array>) => {
  const error: unknown = await readRows(input, 'x').catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InvalidInputError);
  return (error as InvalidInputError).message;
};
const inner = '<host><status state="up"/></host>';

describe('XML', () => {
  const bomb =
    '<!DOCTYPE nmaprun [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>';
  it.each([
    ['a bomb of entities', `<?xml version="1.0"?>${bomb}<nmaprun>&b;</nmaprun>`, /DTD/],
    [
      'an external DTD',
      `<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd"><nmaprun>${inner}</nmaprun>`,
      /DTD/,
    ],
    [
      'an external entity',
      '<!DOCTYPE OWASPZAPReport [<!ENTITY x SYSTEM "file:///etc/passwd">]><OWASPZAPReport>&x;</OWASPZAPReport>',
      /DTD/,
    ],
    ['an undeclared entity', '<nmaprun>&x;</nmaprun>', /not well-formed/],
    ['endless nesting', `<nmaprun>${'<a>'.repeat(5_000)}`, /nested deeper than 32/],
    ['tags that do not match', '<nmaprun><host></nmaprun>', /not well-formed/],
    ['a report inside of another document', '<a><nmaprun></nmaprun></a>', /another kind/],
  ])('refuses %s', async (_, text, problem) => {
    const message = await refusal(text);
    expect(message).toMatch(problem);
    expect(message).not.toMatch(/root:|aaaa/);
  });

  it('gives up on a tag that never ends, without keeping it', async () => {
    async function* endless() {
      yield Buffer.from('<nmaprun><host a="');
      for (let n = 0; n < 40; n += 1) yield Buffer.alloc(1024 * 1024, 0x61);
    }
    expect(await refusal(endless())).toMatch(/too large/);
  });

  it('reads a report behind white space and a comment, with control characters, in Latin-1', async () => {
    const report = nmapReport(['6379 redis']).replace(/^<\?xml[^>]*\?>/, '');
    const declared = `\n<!-- a -->\n<?xml version="1.0" encoding="ISO-8859-1"?>${report}`;
    const text = declared.replace('<host ', '<host comment="caf\u00e9 \u0001" ');
    const { rows, outcome } = await readRows(Buffer.from(text, 'latin1'), 'x.xml');
    expect(outcome).toMatchObject({ results: 1, partial: false });
    expect(rows).toEqual((await readRows(nmapReport(['6379 redis']), 'x.xml')).rows);
  });

  it('keeps the hosts before a break', async () => {
    const whole = nmapReport(['6379 redis']);
    const broken = whole.replace('<runstats>', '<host><status state=up/></host><runstats>');
    const { outcome } = await readRows(broken, 'broken.xml');
    expect(outcome).toMatchObject({ results: 1, partial: true, format: 'nmap-xml' });
    expect(outcome.problem).toMatch(/broken.xml is not well-formed .* at line \d+, column \d+/);
  });
});

describe('JSON documents', () => {
  it('refuses documents over the limit before it holds them', async () => {
    let given = 0;
    async function* endless() {
      yield Buffer.from('{"version":"2.1.0","runs":[{"results":[');
      for (;;) {
        given += 1;
        yield Buffer.alloc(4 * 1024 * 1024, 0x20);
      }
    }
    expect(await refusal(endless())).toMatch(/larger than 128 MB, the limit for SARIF/);
    expect(given).toBeLessThan(40);
  });

  it('refuses deeply nested documents and nonsense, naming the file', async () => {
    const deep = `{"ArtifactName":"a","Results":${'['.repeat(200_000)}`;
    expect(await refusal(deep)).toMatch(/^x contains no readable result/);
    expect(await refusal('{"@generated":"x","site":[{"alerts":[{]}')).toMatch(/not valid JSON/);
  });

  it('keeps complete elements before a break, a second document or a truncated archive', async () => {
    const list = Array.from({ length: 400 }, (_, n) => vulnerability(`CVE-2024-${n}`));
    const whole = trivyReport([osPackages(list)]);
    const two = await readRows(whole + whole, 'two.json');
    expect(two.outcome).toMatchObject({ results: 400, partial: true });
    expect(two.outcome.problem).toMatch(/more data after the document.*two runs/);
    const packed = gzipSync(whole, { level: 0 });
    const cut = await readRows(packed.subarray(0, packed.length / 2), 'cut.gz');
    expect(cut.outcome.results).toBeGreaterThan(100);
    expect(cut.outcome.problem).toMatch(/damaged gzip archive .* and ends or breaks after/);
  });

  it('treats keys of the prototype as plain keys', async () => {
    const text = trivyReport([osPackages([vulnerability('CVE-1')])]).replace(
      '"SchemaVersion"',
      '"__proto__":{"polluted":true},"constructor":1,"SchemaVersion"',
    );
    expect((await readRows(text)).outcome.results).toBe(1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('every format', () => {
  it.each(TOOL_REPORTS.map((one) => [`${one.format} of ${one.tool}`, one] as const))(
    'reads %s alike, whatever the chunks',
    async (_, { fails, text }) => {
      const bytes = Buffer.from(`\ufeff${text(fails)}`);
      const whole = await readRows(bytes, 'x');
      expect(whole.outcome).toMatchObject({ results: fails.length, partial: false });
      for (const size of [1, 7, 100]) {
        const { rows } = await readRows(inChunks(bytes, size), 'x');
        expect(rows).toEqual(whole.rows);
      }
    },
  );
});

describe('the stored report', () => {
  const SECRET = 'k9-Whisker-Lane';
  const kept = async (text: string, format: FormatId, size: number) => {
    const pieces: Uint8Array[] = [];
    const input = inChunks(Buffer.from(text), size);
    for await (const piece of maskedStream(input, { format })) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };
  const traffic = { 'request-header': `Cookie: ${SECRET}`, 'response-body': `"${SECRET}" \\` };
  const run = sarifRun('gitleaks', ['R1']);
  const snippet = { text: SECRET, rendered: { markdown: `\`${SECRET}\`` } };
  const region = { startLine: 1, snippet };
  const results = [{ ruleId: 'R1', locations: [{ physicalLocation: { region } }] }];
  const secret = {
    RuleID: 'r',
    Match: SECRET,
    Code: { Lines: [{ Number: 1, Content: SECRET, IsCause: false }] },
    Title: 'stays',
  };
  const cases: [FormatId, string, string][] = [
    ['nuclei-json', JSON.stringify(nucleiMatch('t', {}, { 'extracted-results': [SECRET] })), 't'],
    [
      'zap-json',
      JSON.stringify({
        site: [{ instances: [{ ...traffic, uri: `https://stays/?a=${SECRET}&b=${SECRET}` }] }],
      }).replace('&', '\\u0026'),
      'stays',
    ],
    ['trivy-json', trivyReport([{ Target: 'a', Secrets: [secret] }]), 'stays'],
    ['sarif', sarifLog({ ...run, results }), 'gitleaks'],
    [
      'zap-xml',
      `<a><requestheader>Cookie: ${SECRET}</requestheader><uri>https://stays/?a=${SECRET}&amp;b=${SECRET}</uri><responsebody>${SECRET}&lt;/</responsebody></a>`,
      'stays',
    ],
  ];
  it.each(cases)(
    'of %s does not contain what the scanned side returned',
    async (format, text, stays) => {
      expect(text).toContain(SECRET);
      const whole = await kept(text, format, text.length);
      expect(whole).not.toContain(SECRET);
      expect(whole).toContain(stays);
      if (format !== 'zap-xml') expect(() => JSON.parse(whole)).not.toThrow();
      for (const size of [1, 5, 33]) expect(await kept(text, format, size)).toBe(whole);
    },
  );

  it('of Prowler is unchanged except for secrets', async () => {
    const text = '[{"Code":"stays","snippet":["stays"]}]';
    expect(await kept(text, 'prowler-ocsf', 3)).toBe(text);
  });
});
