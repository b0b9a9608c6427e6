import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { getFramework, getPosture, listFixes } from '../../../contract/compliance.js';
import {
  aCheckFix,
  aFramework,
  aPosture,
  aRequirement,
} from '../../testing/compliance.builders.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const fixes = () => screen.findByRole('region', { name: 'Checks to fix first' });

test('the posture page ranks checks by what fixing them moves', async () => {
  const last = aCheckFix({
    ...{ checkId: 'other', title: 'Another check', completes: [], raises: [], gain: 0 },
    frameworks: [{ id: 'nist', name: 'NIST SP 800-53', gain: 0, passing: 0.4 }],
  });
  const between = ['b', 'c', 'd', 'e'].map((checkId) => aCheckFix({ checkId, title: checkId }));
  const items = [aCheckFix(), ...between, last];
  aServer()
    .on(getPosture, () => aPosture())
    .on(listFixes, () => ({ items, total: items.length }));
  renderApp('/');
  const region = within(await fixes());
  const [first] = region.getAllByRole('listitem');
  expect(first?.textContent).toContain('+3.5points');
  expect(first?.textContent).toContain(
    'Closes 9 findings in 2 accounts. Completes IAC-06; raises IAC-15.',
  );
  expect(first?.textContent).toContain('NIST SP 800-53 +3.5, passing +0.8');
  const link = region.getByRole('link', { name: 'The root account has MFA' });
  expect(link.getAttribute('href')).toContain('iam_root_mfa_enabled');
  expect(region.queryByText('Another check')).toBeNull();
  await userEvent.click(region.getByRole('button', { name: 'Show all 6' }));
  const row = region.getByText('Another check').closest('li');
  expect(row?.textContent).toContain('Other checks also fail in its 4 controls.');
  expect(row?.textContent).toContain('NIST SP 800-53 passing +0.4');
});

test('a framework shows its own fixes and the share of passing results', async () => {
  const asked: unknown[] = [];
  aServer()
    .on(getFramework, () => ({
      ...aFramework(),
      ...{ source: null, attributions: [], sections: [{ id: 'AC', title: 'Access control' }] },
      requirementStates: [aRequirement({ passing: 41.7 })],
    }))
    .on(listFixes, ({ query }) => {
      asked.push(query.framework);
      return { items: [aCheckFix()], total: 1 };
    });
  renderApp('/frameworks/nist');
  const [only, ...others] = within(await fixes()).getAllByRole('listitem');
  expect(others).toEqual([]);
  expect(only?.textContent).toContain('Score +3.5, passing +0.8');
  expect(asked).toEqual(['nist']);
  expect(screen.getByText('63.5 %')).toBeTruthy();
  expect(await screen.findByText('41.7 % of results passing')).toBeTruthy();
});
