import { describe, expect, test } from 'vitest';
import { isForTests, ofProduct, sources, startsWith } from './sources.js';

describe('a file', () => {
  test('is read in one sitting: 300 lines at most, 400 for tests', () => {
    const long = sources.filter(({ path, lines }) => lines > (isForTests(path) ? 400 : 300));
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });

  test('has no `any` without a comment that says why', () => {
    const wrong = sources.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, i, lines) => {
        const code = line.replace(/\/\/.*|'[^']*'|`[^`]*`|^\s*\/?\*.*/g, '');
        const isAllowed = /biome-ignore .*noExplicitAny: \S/.test(lines[i - 1] ?? '');
        return /[:<,|&(]\s*any\b(?!\s*[=('])|\bas any\b/.test(code) && !isAllowed
          ? [`${path}:${i + 1}: ${line.trim()}`]
          : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('is named for what it does', () => {
    const vague = /(^|[/.-])(utils?|helpers?|common|misc)([./-]|$)/;
    const wrong = sources.filter(({ path }) => vague.test(path.replaceAll('common-control', '')));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('of the command line reaches its process through its io only', () => {
    const wrong = ofProduct.filter(
      ({ path, text }) =>
        startsWith(path, 'server/cli') &&
        !['server/cli/cspm.ts', 'server/cli/process-io.ts'].includes(path) &&
        /\bconsole\.|\bprocess\.(?!versions\b|uptime\b)|\}\s*= process;/.test(text),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('of the product creates files and folders with an explicit mode', () => {
    const creates = /\b(?:createWriteStream|writeFile(?:Sync)?|appendFile|mkdir(?:Sync)?)\(/;
    // The catalogue is compiled by the build; a file of /proc exists.
    const isBuild = (path: string) => path === 'server/compile-catalogue.ts';
    const wrong = ofProduct.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, i, lines) => {
        if (!startsWith(path, 'server') || !creates.test(line) || isBuild(path)) return [];
        const call = lines.slice(i, i + 4).join('\n');
        return /mode: 0o[67]00|\/proc\/|writeFile\(`/.test(call) ? [] : [`${path}:${i + 1}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('has no default export', () => {
    const wrong = sources.filter(({ text }) => /^export default /m.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  /** What a file of a module contains, and the role that its name then ends in. */
  const ROLES: readonly [contains: RegExp, role: string][] = [
    [/^export (abstract )?class \w+(<.*>)? extends \w*Repository\b/m, 'repository'],
    [/^export class \w+Service\b/m, 'service'],
    [/\bhttp\.add(Download)?\(/, 'routes'],
    [/\bjobType\(|\bqueue\.work\(|\bnew TeamSchedule\(/, 'jobs'],
    [/\beventType[<(]/, 'events'],
  ];

  test.each(ROLES)('of a module that contains %s carries its role: %s', (contains, role) => {
    const wrong = ofProduct.filter(
      ({ path, text }) =>
        startsWith(path, 'server/modules') && contains.test(text) && !path.endsWith(`.${role}.ts`),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('of a module that carries a role contains what the role says', () => {
    const wrong = ofProduct.filter(({ path, text }) => {
      const role = /\.(\w+)\.ts$/.exec(path)?.[1];
      const contains =
        role === 'service'
          ? /^export (abstract )?class /m
          : ROLES.find((each) => each[1] === role)?.[0];
      return startsWith(path, 'server/modules') && contains && !contains.test(text);
    });
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});
