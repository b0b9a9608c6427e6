import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { MODULES } from '../product-modules.js';
import { partsOfServices } from './parts.js';
import { ofProduct } from './sources.js';

describe('a module', () => {
  const folder = join(packageRoot, 'server/modules');

  test('is one folder, and every folder is one', () => {
    const folders = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.sort()).toEqual(MODULES.map(({ name }) => name).sort());
  });

  test.each(MODULES.map(({ name }) => name))(
    '%s has an index.ts and a README of about a page',
    (name) => {
      expect(existsSync(join(folder, name, 'index.ts'))).toBe(true);
      const readme = readFileSync(join(folder, name, 'README.md'), 'utf8');
      const words = readme.split(/\s+/).length;
      expect(words).toBeGreaterThan(120);
      expect(words).toBeLessThan(900);
    },
  );
});

test('a service has at most six parts', () => {
  const services = partsOfServices(ofProduct);
  expect(services.length).toBeGreaterThan(60);
  const large = services.filter(({ parts }) => parts.length > 6);
  expect(large.map(({ path, name, parts }) => `${path} ${name}: ${parts.join(', ')}`)).toEqual([]);
});

test('every event has a listener in the product', () => {
  const events = ofProduct.flatMap(({ text }) =>
    [...text.matchAll(/^export const (\w+) = eventType\b/gm)].map(([, name = '']) => name),
  );
  expect(events.length).toBeGreaterThan(5);
  const unheard = events.filter(
    (event) =>
      !ofProduct.some(({ text }) => new RegExp(`\\.(on|after)\\(\\s*${event}\\b`).test(text)),
  );
  expect(unheard).toEqual([]);
});
