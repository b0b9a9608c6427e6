import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { type AuditEntry, listAudit, verifyAudit } from '../../../contract/audit.js';
import { aServer, renderApp } from '../../testing/render-app.js';

const entry: AuditEntry = {
  ...{ id: 'audit_1', at: '2026-11-01T10:00:00.000Z', actor: 'ann', action: 'finding.suppressed' },
  ...{ subject: 'fnd_1', details: { reason: 'known' }, seq: 1, hash: 'x' },
};

test('shows who did what, and narrows it by the address', async () => {
  const server = aServer();
  server.on(listAudit, ({ query }) => ({
    items: query.action === 'drift.' ? [] : [entry],
    nextCursor: null,
  }));
  const { user } = renderApp('/system/audit');
  const table = await screen.findByRole('region', { name: 'Audit trail' });
  expect(within(table).getByText('finding.suppressed').tagName).toBe('TD');
  await user.type(screen.getByRole('searchbox', { name: /^Action/ }), 'drift.');
  expect(await screen.findByText('No entry matches')).toBeTruthy();
});

test('says which entries were changed', async () => {
  const server = aServer();
  server.on(listAudit, () => ({ items: [entry], nextCursor: null }));
  server.on(verifyAudit, () => ({
    ok: false,
    entries: 7,
    unchained: 2,
    problems: [{ seq: 3, id: null, problem: 'missing' as const }],
  }));
  const { user } = renderApp('/system/audit');
  await user.click(await screen.findByRole('button', { name: 'Verify the trail' }));
  await screen.findByText(/1 of 7 entries.*2 older entries/);
  expect(screen.getByText('Number 3: missing').tagName).toBe('LI');
});
