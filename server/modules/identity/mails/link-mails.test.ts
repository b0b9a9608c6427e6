import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../testing/test-core.js';
import { Browser, PASSWORD, type SignInApp, setUpAdmin } from '../testing/browser.js';

let app: SignInApp;
let admin: Browser;
let smtp: SMTPServer;
const mails: { to: string; text: string }[] = [];
beforeAll(async () => {
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, session, done) => {
      let text = '';
      stream.on('data', (chunk) => {
        text += chunk;
      });
      stream.on('end', () => {
        // Long lines are folded with “=” in mail.
        const whole = text.replace(/=\r\n/g, '').replace(/=3D/g, '=');
        mails.push({ to: session.envelope.rcptTo[0]?.address ?? '', text: whole });
        done();
      });
    },
  });
  await new Promise<void>((ready) => smtp.listen(0, '127.0.0.1', ready));
  const { port } = smtp.server.address() as AddressInfo;
  const env = {
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    SMTP_FROM: 'cspm@example.org',
    PUBLIC_URL: 'http://cspm.example.org',
  };
  const made = await createTestApp({ authenticate: undefined, env });
  app = { ...made, identity: made.container.get('identity') };
  admin = await setUpAdmin(app);
});
afterAll(async () => {
  await app.close();
  await new Promise<void>((done) => smtp.close(done));
});

const tokenIn = (text = '') => /#token=([\w-]+)/.exec(text)?.[1] ?? '';

test('an invitation is mailed with its link, which is not shown', async () => {
  const invitation = { email: 'bob@example.org', role: 'VIEWER' };
  const { body } = await admin.post('/api/invitations', invitation);
  expect(body.path).toBeNull();
  const [mail] = mails.splice(0);
  expect(mail?.to).toBe('bob@example.org');
  expect(mail?.text).toContain('http://cspm.example.org/invitation#token=');
  const bob = new Browser(app);
  const join = { token: tokenIn(mail?.text), name: 'Bob', password: PASSWORD };
  expect((await bob.post('/api/invitations/accept', join)).status).toBe(200);
});

test('a forgotten password is reset by mail, once, within an hour; sessions end', async () => {
  const person = new Browser(app);
  const old = new Browser(app);
  await old.signIn('bob@example.org', PASSWORD);
  const ask = (email: string) => person.post('/api/auth/password/forgotten', { email });
  const known = await ask('bob@example.org');
  const unknown = await ask('nobody@example.org');
  await app.identity.passwordResets.settled();
  expect([known.status, known.body]).toEqual([202, { accepted: true }]);
  expect([unknown.status, unknown.body]).toEqual([202, { accepted: true }]);
  expect(mails.map(({ to }) => to)).toEqual(['bob@example.org']);
  const token = tokenIn(mails.splice(0)[0]?.text);
  const reset = { token, password: 'eleven slow kettles sing' };
  expect((await person.post('/api/auth/password/reset', reset)).status).toBe(200);
  expect((await person.post('/api/auth/password/reset', reset)).status).toBe(401);
  expect((await old.get('/api/auth/sessions')).status).toBe(401);
  await ask('bob@example.org');
  await app.identity.passwordResets.settled();
  const late = { ...reset, token: tokenIn(mails.splice(0)[0]?.text) };
  app.clock.moveDays(1.1 / 24);
  expect((await person.post('/api/auth/password/reset', late)).status).toBe(401);
});

test('too many requests for one address are refused, known or not', async () => {
  const person = new Browser(app);
  const statuses: number[] = [];
  for (let at = 0; at < 7; at += 1) {
    const body = { email: 'stranger@example.org' };
    statuses.push((await person.post('/api/auth/password/forgotten', body)).status);
  }
  expect(statuses.slice(0, 5)).toEqual(Array(5).fill(202));
  expect(statuses.at(-1)).toBe(429);
});
