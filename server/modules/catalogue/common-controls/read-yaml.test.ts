import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSON_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../package-root.js';
import { ControlsFile, FrameworkFile } from './catalogue-file.js';
import { readYaml } from './read-yaml.js';

const folder = join(packageRoot, 'catalogue');
const files = ['frameworks', 'controls'].flatMap((sub) =>
  readdirSync(join(folder, sub))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${sub}/${name}`),
);
const schemaOf = (name: string) => (name.startsWith('frameworks/') ? FrameworkFile : ControlsFile);
const head = 'id: f\nname: F\nversion: "1"\npublisher: us\nabout: test\nsections: []\n';

describe('reading YAML', () => {
  it.each(files)('%s is what the YAML parser reads', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const schema = schemaOf(name);
    const parsed = load(text, { schema: JSON_SCHEMA });
    expect(schema.parse(readYaml(name, text))).toEqual(schema.parse(parsed));
  });

  it.each([
    '  - { id: A.1, section: A, title: "Quoted: yes", attestation: false, controls: { AST-02: subset } }',
    '  - { id: A.1, section: A, title: "Say \\"no\\"", attestation: false, controls: { AST-02: equal } }',
    "  - { id: A.1, section: A, title: 'Single', attestation: true, controls: {} }",
    '  - { id: A.1, section: A, title: Plain # no, attestation: true,\n      controls: { } }',
    '  - id: A.1\n    section: A\n    title: Block\n    attestation: true\n    controls: {}',
    '  - { id: A.1, section: A, title: No edges, attestation: true, controls: { } }',
    '  - { id: A.1, section: A, title: Of us, groups: [IG1], attestation: true, controls: { } } # x',
    '  - { id: A.1, section: A, title: Of twelve, attestation: false, parameter: { passwordMinLength: { min: 12 }, passwordMaxAge: { max: 90 } }, controls: { AST-02: equal } }',
    '  - { id: A.1, section: A, title: Half, attestation: false, parameter: { sessionIdle: { max: 0.5 } }, controls: { AST-02: equal } }',
    '  - { id: A.1, section: A, title: Older, attestation: true, tools: true, counted: false, formerly: [a, A.L1-1], controls: { } }',
    '  - { title: Other order, id: A.1, section: A, attestation: true, controls: { } }',
  ])('the entry %s is what the YAML parser reads', (line) => {
    const text = `${head}requirements:\n${line}\n`;
    let expected: unknown;
    try {
      expected = FrameworkFile.parse(load(text, { schema: JSON_SCHEMA }));
    } catch {
      expect(() => readYaml('f.yaml', text)).toThrow(/f\.yaml/);
      return;
    }
    expect(FrameworkFile.parse(readYaml('f.yaml', text))).toEqual(expected);
  });

  it.each([
    'keywords: [one word, "0.0.0.0/0", "a: b", ci/cd]',
    'keywords: [one,\n      two words\n      folded, "quoted, comma"]',
    'keywords: [true, 12, plain]',
    "keywords: ['single', x]\n    negative: [no]",
    'keywords: [trailing, comma,]',
    'keywords:\n      - block',
    `keywords: [x]
    proof:
      aws:
        - { all: [iam_root_mfa_enabled, "s3_*_encryption"] }
        - { any: ["web-check:hsts"], whenSeen: each }
      m365:
        - { all: [entra_users_mfa_enabled] }`,
    `keywords: [x]
    proof: # why
      aws: [{ all: [a_b], whenSeen: s3 }]`,
    `keywords: [x]
    proof:
      # why
      aws: [{ all: [a_b], whenSeen: 1 }, { all: [true,
         c_d] }]
      gcp:
      123: []`,
    `keywords: [x]
    proof:
      aws:
        - { all: [a: b], whenSeen: null }
        - all:
          - a_b
    negative: [no]`,
  ])('a control with %s is what the YAML parser reads', (lists) => {
    const fields = 'title: It\'s a title\n    intent: "To: be, safe"\n    weight: 5';
    const entry = `  - id: GOV-01\n    ${fields}\n    kind: people\n    cadence: annual\n    ${lists}`;
    const text = `domain: GOV\nname: Governance\ncontrols:\n${entry}\n`;
    expect(readYaml('gov.yaml', text)).toEqual(load(text, { schema: JSON_SCHEMA }));
  });
});
