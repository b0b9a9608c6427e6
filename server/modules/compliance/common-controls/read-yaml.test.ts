import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSON_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../package-root.js';
import { FrameworkFile } from './catalogue-file.js';
import { readYaml } from './read-yaml.js';

const folder = join(packageRoot, 'catalogue/frameworks');
const head = 'id: f\nname: F\nversion: "1"\npublisher: us\nabout: test\nsections: []\n';

describe('reading YAML', () => {
  it.each(readdirSync(folder))('%s is what the YAML parser reads', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const parsed = load(text, { schema: JSON_SCHEMA });
    expect(FrameworkFile.parse(readYaml(name, text))).toEqual(FrameworkFile.parse(parsed));
  });

  it.each([
    '  - { id: A.1, section: A, title: "Quoted: yes", attestation: false, controls: { AST-02: subset } }',
    '  - { id: A.1, section: A, title: "Say \\"no\\"", attestation: false, controls: { AST-02: equal } }',
    "  - { id: A.1, section: A, title: 'Single', attestation: true, controls: {} }",
    '  - { id: A.1, section: A, title: Plain # no, attestation: true,\n      controls: { } }',
    '  - id: A.1\n    section: A\n    title: Block\n    attestation: true\n    controls: {}',
    '  - { id: A.1, section: A, title: No edges, attestation: true, controls: { } }',
    '  - { id: A.1, section: A, title: Of us, groups: [IG1], attestation: true, controls: { } } # x',
    '  - { title: Other order, id: A.1, section: A, attestation: true, controls: { } }',
  ])('%s is what the YAML parser reads', (line) => {
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
});
