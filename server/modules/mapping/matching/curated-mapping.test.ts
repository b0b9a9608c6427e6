import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { JSON_SCHEMA, load } from 'js-yaml';
import { afterEach, describe, expect, it } from 'vitest';
import { packageRoot } from '../../../package-root.js';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { type CuratedMapping, compiledMapping, loadMapping } from './curated-mapping.js';
import type { MappedCheck } from './mapped-check.js';
import { readQuickly } from './mapping-file.js';

const catalogue = loadCatalogue();
const hasControl = (id: string) => catalogue.controls.has(id);
const mapping = loadMapping(hasControl);
const shipped = join(packageRoot, 'catalogue', 'mappings');
const files = readdirSync(shipped, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yaml'),
);

const unknown: MappedCheck = {
  ...{ tool: '', provider: '', id: '', title: '', service: '', resourceType: '', categories: [] },
};
const ruleOf = (check: Partial<MappedCheck>, of: CuratedMapping = mapping) =>
  of.ruleFor({ ...unknown, ...check });
const prowler = (id: string, provider = 'aws') => ruleOf({ tool: 'prowler', provider, id });

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const TOPICS = `topics:
  - id: locks
    tests: whether doors have locks
    controls:
      PES-03: { subset: locks are what the control asks for }
      PES-01: { intersects: it is part of it }
    words: [lock, door lock]
  - id: bells
    tests: whether doors have bells
    controls:
      PES-06: { subset: visitors ring }
    words: [bell]
`;

/** A mapping of these files beside the topics above. */
function mappingOf(given: Record<string, string>, topics = TOPICS): CuratedMapping {
  const folder = mkdtempSync(join(tmpdir(), 'mappings-'));
  folders.push(folder);
  for (const [name, text] of Object.entries({ 'topics.yaml': topics, ...given })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const mapped = loadMapping(hasControl, folder);
  expect(mapped.topics.size).toBeGreaterThan(0); // Parses the files, which may throw.
  return mapped;
}
const rules = (head: string, ...lines: string[]) =>
  `${head}\nrules:\n${lines.map((line) => `  - { ${line} }\n`).join('')}`;

describe('the shipped rules', () => {
  const listed = Object.entries(
    JSON.parse(
      readFileSync(join(import.meta.dirname, 'fixtures', 'prowler-checks.json'), 'utf8'),
    ) as Record<string, string>,
  ).flatMap(([provider, ids]) => ids.split(' ').map((id) => ({ provider, id })));

  it('match nearly every check of Prowler by more than its service', () => {
    expect(listed.length).toBeGreaterThan(1_600);
    const without = listed.filter(({ id, provider }) => !prowler(id, provider)?.isSpecific);
    expect(without.length, JSON.stringify(without)).toBeLessThan(listed.length * 0.05);
  });

  it('match every check of the list for which they were written', () => {
    expect(listed.filter(({ id, provider }) => !prowler(id, provider))).toEqual([]);
  });

  it('name controls for a check, each once, at least one of which it tests', () => {
    for (const { id, provider } of listed) {
      const edges = prowler(id, provider)?.edges ?? [];
      expect(edges.length, id).toBeLessThanOrEqual(20);
      expect(
        edges.some(({ relation }) => relation === 'subset'),
        id,
      ).toBe(true);
      expect(new Set(edges.map(({ controlId }) => controlId)).size, id).toBe(edges.length);
    }
  });

  it.each([
    ['prowler', 's3_bucket_policy_public_write_access', 'DCH-15'],
    ['prowler', 'iam_root_mfa_enabled', 'IAC-06.1'],
    ['prowler', 'glue_data_catalogs_metadata_encryption_enabled', 'CRY-05'],
    ['prowler', 'iam_role_administratoraccess_policy_permissive_trust_relationship', 'IAC-21'],
    ['prowler', 'account_security_questions_are_registered_in_the_aws_account', 'IAC-28'],
    ['trivy', 'CVE-2024-0001', 'VPM-02'],
    ['grype', 'CVE-2024-0001', 'VPM-02'],
    ['grype', 'GHSA-p6mc-m468-83gw', 'VPM-02'],
    ['checkov', 'CKV_SECRET_6', 'IAC-10.6'],
    ['trivy', 'secret:aws-access-key-id', 'IAC-10.6'],
    ['trivy', 'license:AGPL-3.0', 'CFG-04'],
    ['trivy', 'KSV-0017', 'IAC-21.7'],
    ['trivy', 'AWS-0086', 'DCH-15'],
    ['zap', '40012', 'WEB-11'],
    ['zap', '10062', 'DCH-15'],
    ['zap', '40018-1', 'WEB-09'],
    ['zap', '10038-1', 'WEB-07'],
    ['nmap', 'exposed_telnet', 'NET-04.1'],
    ['nmap', 'tls_certificate_expired', 'CRY-08'],
    ['web-check-ocsf', 'web-check:hsts', 'WEB-10'],
    ['trivy-sarif', 'trivy:DS-0002', 'IAC-21.7'],
    ['semgrep-oss', 'semgrep-oss:generic.secrets.key', 'IAC-10.6'],
    ['nuclei', 'CVE-2021-41773', 'VPM-02'],
    ['nuclei', 'phpinfo-files', 'TDA-19'],
    ['nuclei', 'php-end-of-life', 'TDA-17'],
    ['trivy', 'KCV-0030', 'IAC-10.5'],
    ['trivy', 'KCV-0048', 'CFG-02'],
  ])('%s %s is about %s', (tool, id, controlId) => {
    const edge = ruleOf({ tool, id })?.edges.find((each) => each.controlId === controlId);
    expect(edge?.relation).toBe('subset');
  });

  it.each([
    [['vuln', 'phpinfo', 'exposure'], 'TDA-19', 'VPM-02'],
    [['vuln', 'misconfig'], 'CFG-02', 'VPM-02'],
    [['tech', 'detect', 'discovery'], 'AST-02', 'VPM-02'],
    [['cloud', 'tech', 'aws'], 'AST-02', 'DCH-15'],
    [['vuln', 'cve2024', 'cve'], 'VPM-02', 'CFG-02'],
  ])('read a hit of nuclei by its tags %j', (categories, about, notAbout) => {
    const edges = ruleOf({ tool: 'nuclei', id: 'some-template', categories })?.edges ?? [];
    const named = edges.map(({ controlId }) => controlId);
    expect(named).toContain(about);
    expect(named).not.toContain(notAbout);
  });

  it('lead to laws about artificial intelligence from checks about it only', () => {
    const laws = ['eu-ai-act', 'nist-ai-rmf-1.0', 'iso-42001-2023'];
    const reached = listed.flatMap(({ id, provider }) =>
      (prowler(id, provider)?.edges ?? [])
        .filter(({ relation }) => relation !== 'intersects')
        .flatMap(({ controlId }) => catalogue.requirementsOf(controlId))
        .filter(({ framework }) => laws.includes(framework.id))
        .map(() => id),
    );
    expect(reached).toContain('bedrock_model_invocation_logging_enabled');
    expect(
      [...new Set(reached)].filter(
        (id) => !/bedrock|sagemaker|vertexai|ai_?services|gemini/.test(id),
      ),
    ).toEqual([]);
  });

  it('match code weaknesses and misconfigurations by category and title', () => {
    const sarif = ruleOf({ tool: 'lint', id: 'x:1', categories: ['external/cwe/cwe-089'] });
    expect(sarif?.edges[0]?.controlId).toBe('WEB-09');
    const azure = ruleOf({ tool: 'trivy', id: 'AZU-9999', title: 'Disk should be encrypted' });
    expect(azure?.edges[0]?.controlId).toBe('CRY-05');
  });

  it.each([
    ['prowler', 'iam_password_policy_minimum_length_14', { passwordMinLength: 14 }],
    ['prowler', 'iam_password_policy_reuse_24', { passwordHistory: 24 }],
    ['trivy', 'AWS-0063', { passwordMinLength: 14 }],
    ['checkov', 'CKV_AWS_338', { logRetention: 365 }],
    // Its limit is a setting of the tool: a pass may mean any number.
    ['prowler', 'cloudwatch_log_group_retention_policy_specific_days_enabled', undefined],
    ['prowler', 'iam_password_policy_symbol', undefined],
  ])('%s %s states %j', (tool, id, states) => {
    expect(ruleOf({ tool, provider: 'aws', id })?.states).toEqual(states);
  });

  it('state numbers that the library knows', () => {
    const stated = files.flatMap((file) => {
      if (file === 'topics.yaml') return [];
      const { rules: all } = load(readFileSync(join(shipped, file), 'utf8')) as {
        rules: { states?: object }[];
      };
      return all.flatMap(({ states }) => Object.keys(states ?? {}));
    });
    expect(stated.length).toBeGreaterThan(40);
    expect(stated.filter((each) => !catalogue.parameters.has(each))).toEqual([]);
  });

  it('ignore unknown fields of a check', () => {
    expect(ruleOf({ id: 's3_bucket_object_versioning' })?.edges[0]?.controlId).toBe('BCD-13');
    expect(ruleOf({})).toBeNull();
    expect(ruleOf({ tool: 'prowler', provider: 'aws', service: 's3' })).toBeNull();
  });

  it.each(files)('%s gives the same with patterns and with the YAML parser', (file) => {
    const text = readFileSync(join(shipped, file), 'utf8');
    const quick = readQuickly(text);
    expect(quick).not.toBeNull();
    expect(quick).toEqual(load(text, { schema: JSON_SCHEMA }));
  });
});

describe('of several matching rules', () => {
  it('the rule of the service comes first, then the provider’s, then the tool’s', () => {
    const of = mappingOf({
      'door/a-all.yaml': rules('tools: [door]', 'checks: ["*_front"], tests: [bells]'),
      'door/b-wood.yaml': rules(
        'tools: [door]\nproviders: [wood]',
        'checks: [oak_*], tests: [locks]',
      ),
      'door/c-oak.yaml': rules(
        'tools: [door]\nproviders: [wood]\nservices: [oak]',
        'checks: [oak_front], tests: [bells, locks]',
      ),
    });
    const name = (id: string, provider: string) =>
      ruleOf({ tool: 'door', provider, id, service: id.split('_')[0] }, of)?.name;
    expect(name('oak_front', 'wood')).toBe('door/c-oak.yaml: oak_front');
    expect(name('oak_back', 'wood')).toBe('door/b-wood.yaml: oak_*');
    expect(name('oak_front', 'steel')).toBe('door/a-all.yaml: *_front');
    expect(name('oak_back', 'steel')).toBeUndefined();
  });

  it('the first of a file is used, and each control once by its closest relation', () => {
    const of = mappingOf({
      'door/a.yaml': rules(
        'tools: [door]',
        'checks: [oak_front], tests: [locks], controls: { PES-01: { subset: here it is } }',
        'checks: [oak_*], tests: [bells]',
      ),
    });
    const edges = ruleOf({ tool: 'door', id: 'oak_front' }, of)?.edges ?? [];
    expect(edges.map(({ controlId, relation }) => `${controlId} ${relation}`)).toEqual([
      'PES-03 subset',
      'PES-01 subset',
    ]);
    expect(ruleOf({ tool: 'door', id: 'oak_back' }, of)?.edges[0]?.controlId).toBe('PES-06');
  });
});

describe('a mistake in a file is reported with its place', () => {
  const one = (...lines: string[]) => ({ 'door/a.yaml': rules('tools: [door]', ...lines) });

  it.each([
    [
      'an unknown topic',
      one('checks: [x], tests: [keys]'),
      /door\/a\.yaml: rules\[0\] \(x\).*keys/,
    ],
    [
      'an unknown control',
      one('checks: [x], controls: { ZZZ-99: { subset: no } }'),
      /door\/a\.yaml: rules\[0\] \(x\): there is no control ZZZ-99/,
    ],
    [
      'an unreachable rule',
      one('checks: [a_*], tests: [locks]', 'checks: [b, a_b*], tests: [bells]'),
      /rules\[1\] \(a_b\*\) is never reached: a_\* comes before it/,
    ],
    [
      'a repeated pattern',
      one('checks: [a, a], tests: [locks]'),
      /rules\[0\] \(a\) is never reached: a comes before it/,
    ],
    ['a topic named twice', one('checks: [a], tests: [locks, locks]'), /names a topic twice/],
    [
      'a pattern that matches everything',
      one('checks: ["*"], tests: [locks]'),
      /a\.yaml: rules\[0\].*everything/,
    ],
    ['a rule that selects no checks', one('tests: [locks]'), /rules\[0\]: selects no checks/],
    ['a rule without controls', one('checks: [a]'), /rules\[0\] \(a\): names no topic or control/],
    ['a wrong key', one('checks: [a], test: [locks]'), /a\.yaml: rules\[0\] \(a\).*test/],
    [
      'a wrong relation',
      one('checks: [a], controls: { PES-01: { near: no } }'),
      /a\.yaml: rules\[0\] \(a\)\.controls\.PES-01/,
    ],
    ['invalid YAML', { 'door/a.yaml': 'tools: [door\nrules:\n  - x' }, /door\/a\.yaml/],
  ])('%s', (_, given, message) => {
    expect(() => mappingOf(given)).toThrow(message);
  });

  it('including a mistake in a topic', () => {
    expect(() => mappingOf({}, TOPICS.replace('PES-06', 'PES-99'))).toThrow(
      /topics\.yaml: bells: there is no control PES-99/,
    );
    expect(() => mappingOf({}, TOPICS.replace('id: bells', 'id: locks'))).toThrow(
      /topics\.yaml: locks is defined twice/,
    );
  });
});

describe('the compiled rules', () => {
  const copy = () => {
    const folder = mkdtempSync(join(tmpdir(), 'mappings-'));
    folders.push(folder);
    cpSync(shipped, folder, { recursive: true });
    return { folder, compiled: join(folder, 'mapping.json') };
  };
  const check: Partial<MappedCheck> = {
    tool: 'prowler',
    provider: 'aws',
    id: 's3_bucket_object_versioning',
  };

  it('match like the files', () => {
    const { folder, compiled } = copy();
    // A different version, so that the shipped rules are not reused.
    writeFileSync(
      join(folder, 'any/zz.yaml'),
      rules("tools: ['*']", 'checks: [zz], tests: [mfa-users]'),
    );
    const text = compiledMapping(folder);
    writeFileSync(compiled, text);
    const fast = loadMapping(hasControl, folder, { compiled });
    expect(ruleOf(check, fast)?.edges).toEqual(ruleOf(check)?.edges);
    expect([...fast.topics.keys()]).toEqual([...mapping.topics.keys()]);
  });

  it('are used only for the same files', () => {
    const { folder, compiled } = copy();
    const file = join(folder, 'any/zz.yaml');
    writeFileSync(file, rules("tools: ['*']", 'checks: [zy], tests: [mfa-users]'));
    writeFileSync(compiled, compiledMapping(folder).replace('["zy"]', '["zx"]'));
    const zx = { ...check, tool: 'other', provider: '', id: 'zx' };
    expect(ruleOf(zx, loadMapping(hasControl, folder, { compiled }))).not.toBeNull();
    writeFileSync(file, rules("tools: ['*']", 'checks: [zz], tests: [mfa-users]'));
    expect(ruleOf(zx, loadMapping(hasControl, folder, { compiled }))?.name ?? '').not.toContain(
      'zz.yaml',
    );
    const { version } = loadMapping(hasControl, folder);
    writeFileSync(file, rules("tools: ['*']", 'checks: [zw], tests: [mfa-users]'));
    writeFileSync(compiled, `${version}\n{"topics":`);
    expect(loadMapping(hasControl, folder, { compiled }).topics.size).toBe(mapping.topics.size);
  });

  it('are not used for controls that do not exist', () => {
    const { folder, compiled } = copy();
    writeFileSync(compiled, compiledMapping(folder));
    expect(() => loadMapping(() => false, folder, { compiled }).topics).toThrow(
      /there is no control/,
    );
  });
});
