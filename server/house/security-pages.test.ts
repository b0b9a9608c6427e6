import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Permission } from '../../contract/endpoint.js';
import { PERMISSION_TABLE, ROLE_TEXTS, ROLES } from '../../contract/roles.js';
import { packageRoot } from '../package-root.js';

const textOf = (page: string) => readFileSync(join(packageRoot, page), 'utf8');

test('docs/permissions.md is the table of permissions; “npx vitest run -u” on this file writes it', async () => {
  const roles = ROLES.map(
    (role) => `- **${ROLE_TEXTS[role].name}** (\`${role}\`): ${ROLE_TEXTS[role].about}.`,
  );
  const head = ['permission', 'allows to', ...ROLES.map((role) => ROLE_TEXTS[role].name)];
  const rows = (Object.keys(PERMISSION_TABLE) as Permission[]).map((permission) => {
    const { about, roles: held } = PERMISSION_TABLE[permission];
    return [`\`${permission}\``, about, ...ROLES.map((role) => (held.includes(role) ? 'yes' : ''))];
  });
  const lines = [
    '# Permissions',
    '',
    'What each role may do in its team. Generated from the one table that the server and the web app use, `contract/roles.ts`.',
    '',
    ...roles,
    '',
    'A permission without a role belongs to administrators of the installation. An API key has some of its owner’s permissions, as these are at the time of the request. Each endpoint names its permission in the API’s documentation at `/api/docs`.',
    '',
    ...[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
    '',
  ];
  await expect(lines.join('\n')).toMatchFileSnapshot(join(packageRoot, 'docs/permissions.md'));
});

describe('docs/security/asvs-5.0-level-2.md', () => {
  const rows = textOf('docs/security/asvs-5.0-level-2.md')
    .split('\n')
    .filter((line) => /^\| V\d/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, id = '', subject = '', state = '', where = '']) => ({ id, subject, state, where }));

  test('has each requirement of levels 1 and 2 once, by chapter', () => {
    const counts = [27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7];
    const found = counts.map((_, n) => rows.filter(({ id }) => id.startsWith(`V${n + 1}.`)).length);
    expect(found).toEqual(counts);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  test('has a state in every row, and says what is missing, why not, or where', () => {
    const wrong = rows.filter(
      ({ subject, state, where }) =>
        !['met', 'gap', 'not applicable'].includes(state) || subject === '' || where === '',
    );
    expect(wrong).toEqual([]);
  });

  test('counts its rows', () => {
    const count = (wanted: string) => rows.filter(({ state }) => state === wanted).length;
    expect(textOf('docs/security/asvs-5.0-level-2.md')).toContain(
      `${count('met')} met, ${count('gap')} gaps, ${count('not applicable')} not applicable`,
    );
  });
});
