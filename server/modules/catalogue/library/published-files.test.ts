import { describe, expect, test } from 'vitest';
import { CONTROLS_TEMPLATE, FRAMEWORK_TEMPLATE } from '../../../../contract/file-templates.js';
import { checkFramework } from './check-framework.js';
import { checkControls, readControls } from './controls-file.js';
import { readFrameworkFile } from './framework-file.js';

const LIBRARY = ['IAC-06', 'IAC-08', 'IAC-21'];
const read = (fileName: string, text: string) =>
  checkFramework(
    readFrameworkFile(fileName, text),
    (id) => LIBRARY.includes(id),
    () => false,
  );

describe('files as the dialogs describe them', () => {
  test('are read: a framework with its head in the first line', () => {
    const { fileName, text } = FRAMEWORK_TEMPLATE;
    const { framework, problems } = read(fileName, text);
    expect(problems).toEqual([]);
    expect(framework).toMatchObject({ id: 'acme-rules', name: 'Acme rules', version: '1.0' });
    expect(framework?.requirements.map(({ id }) => id)).toEqual(['A.1', 'A.2', 'B.1']);
    const least = 'framework,framework_name,version,id,title\nacme-1,Acme,1,A,b\n,,,B,c\n';
    expect(read('own.csv', least).problems).toEqual([]);
  });

  test('are read: controls', () => {
    const place = { domains: new Set(['IAC', 'CRY']), isTaken: () => false };
    const { fileName, text } = CONTROLS_TEMPLATE;
    const { controls, problems, notRead } = checkControls(readControls({ fileName, text }), place);
    expect([problems, notRead]).toEqual([[], []]);
    expect(controls.map(({ id }) => id)).toEqual(['ACME-01', 'ACME-02']);
  });
});

describe('an OSCAL catalog', () => {
  test('keeps titles as long as publishers write them, on one line', () => {
    const long = `Security and Privacy Controls for ${'Information Systems and '.repeat(20)}Organizations`;
    const controls = [{ id: 'a-1', title: `${long}\n  of all kinds` }];
    const metadata = {
      title: long,
      version: `${'5.1.1+u4 '.repeat(10)}`,
      'oscal-version': '1.1.2',
    };
    const groups = [{ title: long, controls }];
    const text = JSON.stringify({ catalog: { metadata, groups } });
    const { framework, problems } = read('catalog.json', text);
    expect(problems).toEqual([]);
    expect(framework).toMatchObject({
      name: long,
      sections: [{ id: long.slice(0, 200), title: long }],
      requirements: [{ title: `${long} of all kinds` }],
    });
  });
});
