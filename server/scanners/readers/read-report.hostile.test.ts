import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../platform/errors.js';
import { fixture, identityOf, inChunks, readRows } from '../testing/read-rows.js';

const report = fixture('prowler-4.2.ocsf.json');
const [finding] = JSON.parse(report.toString()) as Record<string, unknown>[];
const good = JSON.stringify(finding);
const refusal = async (input: Buffer | string, name = 'x.json') => {
  const error: unknown = await readRows(input, name).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InvalidInputError);
  return (error as InvalidInputError).message;
};

describe('unsupported files', () => {
  const cases: [string, string | Buffer, RegExp][] = [
    ['nothing', '', /^x.json is empty/],
    ['blanks', ' \n', /looks like blank/],
    ['no results', '[]', /contains no results: a clean run and a run that saw nothing/],
    ['no results in ASFF', '{"Findings": [ ]}', /contains no results/],
    ['a CSV header alone', 'A;CHECK_ID;STATUS\r\n', /contains no results/],
    ['an SBOM', '{"bomFormat":"CycloneDX","components":[]}', /SBOM lists packages, not results/],
    ['Grype, cut off', '{"matches":[{"a":1}],"descriptor":{}}', /scanned target is unknown/],
    ['SARIF 2.0', '{"version":"2.0.0","runs":[]}', /version: is not 2.1.0/],
    ['HTML', '<!DOCTYPE html><html></html>', /an HTML page/],
    ['XML with DTD', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>', /XML with a DTD/],
    ['other XML', '<?xml version="1.0"?><checkstyle></checkstyle>', /XML of another kind.*Nmap/],
    ['XML that is cut off', '<?xml version="1.0"?><nmaprun>', /ends in the middle/],
    ['ZIP', Buffer.from('504b030414000000', 'hex'), /a ZIP archive/],
    ['PDF', '%PDF-1.7', /a PDF/],
    [
      'a summary of Trivy',
      '{"ClusterName":"a","Findings":[{"Kind":"Pod"}]}',
      /summary.*--report all/,
    ],
    ['binary', Buffer.from('0001020304050607080001', 'hex'), /binary/],
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), /UTF-16.*UTF-8/],
    ['UTF-16 without mark', Buffer.from(`[${good}]`, 'utf16le'), /UTF-16/],
    ['gzip in gzip', gzipSync(gzipSync('[]')), /gzip inside/],
    ['2.x CSV', 'PROFILE,ACCOUNT_NUM,REGION,TITLE_ID,CHECK_RESULT\n', /Prowler 2.x.*json-ocsf/],
    ['2.x JSON', '{"Control":"[check11]","Status":"Pass"}', /Prowler 2.x/],
    ['commas', 'AUTH_METHOD,CHECK_ID,STATUS\na,b,c\n', /other separators/],
    ['a log', 'INFO everything is fine', /plain text or a log: give a report of .*SARIF/],
    ['text of Nmap', '# Nmap 7.98 scan initiated', /nmap -oX/],
    ['class 2003', JSON.stringify([{ ...finding, class_uid: 2003 }]), /2003 "compliance finding"/],
    ['another class', '[{"class_uid":6003,"metadata":{"product":{"name":"Trail"}}}]', /class 6003/],
    ['a finding without check', '[{"class_uid":2004,"metadata":{}}]', /no usable check id/],
    ['other JSON', '{"a":1}', /JSON of another kind/],
  ];
  it.each(cases)('%s', async (_, input, message) => {
    expect(await refusal(input)).toMatch(message);
  });

  it('refuses a decompression bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    expect(await refusal(bomb)).toMatch(/blank|bomb/);
    const { unpacked } = await import('./read-input.js');
    const limits = { maxBytes: 2 ** 32, maxRatio: 100, freeBytes: 1024 };
    const drain = async () => {
      for await (const _ of unpacked(inChunks(bomb, 65536), 'b.gz', limits));
    };
    await expect(drain()).rejects.toThrow(/decompression bomb/);
  });
});

describe('broken reports', () => {
  it('keeps the good beginning of a truncated report and reports the cut', async () => {
    let before = 0;
    for (let cut = 0; cut <= report.length; cut += 1) {
      const result = await readRows(report.subarray(0, cut)).catch((error: unknown) => {
        expect(error).toBeInstanceOf(InvalidInputError);
        return null;
      });
      const results = result?.outcome.results ?? 0;
      expect(results).toBeGreaterThanOrEqual(before);
      before = results;
      if (result) expect(result.outcome.partial, `cut at ${cut}`).toBe(cut < report.length);
    }
    expect(before).toBe(2);
  });

  const broken: [string, string, number, number, RegExp][] = [
    [
      'a cut result',
      `[${good},{"a":`,
      1,
      0,
      /ends after 1 complete results, in the middle.*byte \d+ \(line 1\)/,
    ],
    ['no closing bracket', `[${good}`, 1, 0, /without the closing bracket/],
    ['data after it', `[${good}]${good},${good}]`, 1, 0, /more data after .*two runs/],
    [
      'a malformed result',
      `[${good},{"a":tru},${good}]`,
      2,
      1,
      /1 of 3 .* result 2 at byte \d+.*not valid JSON/,
    ],
    ['crossed brackets', `[${good},{"a":[1}],${good}]`, 1, 0, /brackets that do not match/],
    ['no comma', `[${good} ${good}]`, 1, 0, /lacks a comma/],
    ['a comma too many', `[${good},]`, 1, 0, /lacks a result/],
    ['NUL bytes after it', `[${good}]\0\0`, 1, 0, /NUL/],
    ['NUL bytes between', `[${good},\0${good}]`, 1, 0, /NUL/],
    ['a NUL in a text', `[${good},{"a":"\0"},${good}]`, 2, 1, /result 2/],
    ['no objects', `[${good},1,"a]",null,[2],${good}]`, 2, 4, /4 of 6/],
    ['another class', `[${good},${good.replace('2004', '2003')}]`, 1, 1, /class_uid/],
    [
      'other words among lines',
      `${good}\nTraceback {1\n${good}`,
      2,
      1,
      /line 2\): is not a result/,
    ],
    ['a torn line', `${good}\n${good.slice(0, 200)}\n${good}`, 2, 1, /line 2\): does not end/],
    ['a line torn in a text', `${good}\n{"a":"b\n${good}\n`, 2, 1, /line 2\): does not end/],
    ['crossed brackets in a line', `${good}\n{"a":[1}\n${good}`, 2, 1, /line 2\): has brackets/],
    [
      'NULs among lines',
      `${good}\n\0\0\n${good}\n${good}\0\n`,
      3,
      2,
      /2 of 5.*line 2\): has a NUL/,
    ],
    ['one page', `{"Findings":[${asff()}],"NextToken":"abc"}`, 1, 0, /one page of several/],
    ['an open wrapper', `{"Findings":[${asff()}]`, 1, 0, /without the closing bracket/],
  ];
  it.each(broken)('%s', async (_, text, results, rejected, problem) => {
    const { outcome } = await readRows(text, 'r.json');
    expect(outcome).toMatchObject({ results, rejected, partial: true });
    expect(outcome.problem).toMatch(problem);
    expect(outcome.problem).toContain('r.json');
  });

  it('gives the reason of each rejection in plain words', async () => {
    const list = [good, '5', 'null'];
    const { outcome } = await readRows(`[${list.join()}]`, 'r.json');
    expect(outcome.rejections.map(({ reason }) => reason)).toEqual([
      'the result: must be an object',
      'the result: must be an object',
    ]);
  });

  it('rejects a gzip archive with other data behind its end, except for padding', async () => {
    const packed = gzipSync(`[${good}]`);
    const hiding = readRows(Buffer.concat([packed, Buffer.from(`[${good}]`)]));
    await expect(hiding).rejects.toThrow(/report.json is a damaged gzip archive/);
    for (const more of [Buffer.alloc(512), gzipSync('\n')]) {
      const whole = await readRows(Buffer.concat([packed, more]));
      expect(whole.outcome).toMatchObject({ results: 1, partial: false });
    }
  });

  it('keeps the good part of truncated gzip and CSV', async () => {
    const { prowlerReport } = await import('../testing/prowler-report-generator.js');
    const pieces: Buffer[] = [];
    for await (const piece of prowlerReport({ seed: 1, findings: 200 })) pieces.push(piece);
    const packed = gzipSync(Buffer.concat(pieces));
    const { outcome } = await readRows(packed.subarray(0, packed.length / 2));
    expect(outcome.results).toBeGreaterThan(10);
    expect(outcome.problem).toMatch(/damaged gzip/);
    const csv = fixture('prowler-3.csv');
    const cut = await readRows(csv.subarray(0, csv.length - 30), 'c.csv');
    expect(cut.outcome).toMatchObject({ partial: true });
    expect(cut.outcome.results + cut.outcome.rejected).toBe(4);
    const open = await readRows(Buffer.concat([csv, Buffer.from('a;"b')]), 'c.csv');
    expect(open.outcome).toMatchObject({ results: 4, partial: true });
    expect(open.outcome.problem).toMatch(/quoted cell/);
  });
});

describe('a stray quote', () => {
  it('in a table spoils its row only, and its cell is in no message', async () => {
    const lines = fixture('prowler-3.csv').toString().trimEnd().split(/\r?\n/);
    const spoiled = lines.map((line, at) => (at === 2 ? `hunter2"x";${line}` : line));
    const { outcome } = await readRows(`${spoiled.join('\n')}\n`, 'q.csv');
    expect(outcome).toMatchObject({ results: 3, rejected: 1, partial: true });
    expect(outcome.problem).toMatch(/line 3: has \d+ columns/);
    expect(outcome.problem).not.toContain('hunter2');
  });
});

describe('hostile reports', () => {
  it('skips a text of 100 MB without holding it in memory', async () => {
    const block = Buffer.alloc(1024 * 1024, 0x61);
    async function* huge() {
      yield Buffer.from(`[${good},{"a":"`);
      for (let n = 0; n < 100; n += 1) yield block;
      yield Buffer.from(`"},${good}]`);
    }
    const before = process.memoryUsage().rss;
    const { outcome } = await readRows(huge());
    expect(outcome).toMatchObject({ results: 2, rejected: 1, partial: true });
    expect(outcome.problem).toMatch(/larger than 16777216 bytes/);
    expect(process.memoryUsage().rss - before).toBeLessThan(90 * 1024 * 1024);
  });

  it('skips elements that are nested too deep', async () => {
    const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const { outcome } = await readRows(`[${good},${deep},${good}]`);
    expect(outcome).toMatchObject({ results: 2, rejected: 1 });
    expect(outcome.problem).toMatch(/deeper than 64/);
    expect(await refusal('['.repeat(1_000_000))).toMatch(/no readable result/);
  });

  it('treats keys of the prototype as plain keys', async () => {
    const text = good
      .replace(
        '"compliance":{',
        '"compliance":{"__proto__":["x"],"constructor":["1"],"toString":["2"],',
      )
      .replace('"data":{', '"data":{"metadata":{"__proto__":{"polluted":true}},')
      .replace('{"metadata"', '{"__proto__":{"polluted":true},"metadata"');
    const { rows } = await readRows(`[${text}]`);
    const stated = rows[0]?.check.statedRequirements ?? {};
    expect(Object.keys(stated)).toEqual(['constructor', 'toString', 'MITRE-ATTACK']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('takes the last of duplicate keys, and strips terminal escapes and control characters', async () => {
    const text = good.replace(
      '"status_code":"FAIL"',
      '"status_code":"PASS","status_code":"FAIL","status_detail":"x"',
    );
    const seen = text.replace(
      'IAM Role AuditRole',
      '\\u001b[31mIAM\\u001b]0;own\\u0007 Role\\u0000\\u202e A',
    );
    const { rows } = await readRows(`[${seen}]`);
    expect(rows[0]).toMatchObject({
      verdict: 'fail',
      observed: 'IAM Role A gives cross account read-only access.',
    });
  });

  it('reads the same rows, whatever the chunks', async () => {
    for (const name of [
      'prowler-5.3.ocsf.json',
      'security-hub-findings.asff.json',
      'prowler-5.46-kubernetes.csv',
    ]) {
      const bytes = fixture(name);
      const whole = await readRows(bytes, name);
      expect(await readRows(inChunks(bytes, 1), name)).toEqual(whole);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (cuts) => {
          expect(await readRows(inChunks(bytes, cuts), name)).toEqual(whole);
        }),
        { numRuns: 25 },
      );
    }
  });

  it('stops on the signal', async () => {
    const { readReport } = await import('./read-report.js');
    const stop = new AbortController();
    stop.abort();
    const reading = readReport(inChunks(report, 100), {
      fileName: 'x',
      onRows: () => undefined,
      signal: stop.signal,
    });
    await expect(reading).rejects.toThrow(/abort/i);
  });
});

describe('generated reports', () => {
  const read = async (options: object) => {
    const { prowlerReport } = await import('../testing/prowler-report-generator.js');
    return readRows(prowlerReport({ seed: 7, findings: 1462, accounts: 2, ...options }));
  };
  it('have the same identities when shuffled, dated later or reworded', async () => {
    const { rows, outcome } = await read({});
    const other = await read({ order: 3, timeOffset: 86_400, wording: 'As of today.' });
    expect(outcome).toMatchObject({ results: 1462, partial: false });
    expect(new Set(rows.map(identityOf)).size).toBe(1462);
    expect(new Set(other.rows.map(identityOf))).toEqual(new Set(rows.map(identityOf)));
    expect(other.rows.map(identityOf)).not.toEqual(rows.map(identityOf));
    expect(new Set(rows.map((row) => row.nativeUid)).size).toBe(1462 - 6);
    const failed = rows.filter((row) => row.verdict === 'fail').length;
    expect(failed / rows.length).toBeCloseTo(0.35, 1);
  });
});

function asff(): string {
  const [first] = JSON.parse(fixture('prowler-3.asff.json').toString()) as unknown[];
  return JSON.stringify(first);
}
