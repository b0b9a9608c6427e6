import { expect, test } from 'vitest';
import { FindingFilter } from '../../contract/security-scans.js';
import { urlOf } from '../api/apiService.js';
import { findingsSearch } from '../features/security-scans/findings.search.js';
import { parseSearch, stringifySearch } from './search-params.js';

test('a URL survives parsing and writing', () => {
  const search = findingsSearch.parse(parseSearch('?checkId=a,b&q=x%20y&status=open,resolved'));
  expect(search).toEqual({ checkId: ['a', 'b'], q: 'x y', status: ['open', 'resolved'] });
  expect(stringifySearch(search)).toBe('?status=open,resolved&checkId=a,b&q=x+y');
});

test('unknown values are dropped, the rest is kept', () => {
  const search = findingsSearch.parse(parseSearch('?severity=high,terrible&view=carousel&q='));
  expect(search.severity).toEqual(['high']);
  expect(search.view).toBeUndefined();
  expect(stringifySearch(search)).toBe('?severity=high');
});

test('text that looks like a number stays text', () => {
  const search = findingsSearch.parse(parseSearch('?accountId=012345678901&q=42'));
  expect(search).toEqual({ accountId: ['012345678901'], q: '42' });
});

test('an empty value of a list survives, and is not taken for no filter', () => {
  const search = findingsSearch.parse({ provider: ['code'], accountId: [''] });
  const url = stringifySearch(search);
  expect(url).toBe('?provider=code&accountId=(none)');
  expect(findingsSearch.parse(parseSearch(url))).toEqual(search);
  expect(urlOf('/findings', {}, search)).toBe('/findings?provider=code&accountId=');
});

test('a comma or a backslash within a value is part of it', () => {
  const search = { service: ['a,b', 'c\\,d\\', 'e'], checkId: ['x\\y'] };
  const url = stringifySearch(search);
  expect(findingsSearch.parse(parseSearch(url))).toEqual(search);
  const asked = new URL(urlOf('/findings', {}, search), 'http://localhost').searchParams;
  const query = { service: asked.getAll('service'), checkId: asked.getAll('checkId') };
  expect(FindingFilter.parse(query)).toMatchObject(search);
});
