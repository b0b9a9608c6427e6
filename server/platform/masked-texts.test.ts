import { expect, test } from 'vitest';
import { maskedTexts } from './masked-texts.js';

const mask = (text: string) => text.replaceAll('secret', '…');

test('masks every text of plain data, the names of members included, and leaves all else', () => {
  const bytes = Buffer.from('secret');
  const date = new Date(0);
  expect(
    maskedTexts(
      { a: 'a secret', list: ['secret', 1, null], secrets: { deep: ['secret'] }, bytes, date },
      mask,
    ),
  ).toEqual({ a: 'a …', list: ['…', 1, null], '…s': { deep: ['…'] }, bytes, date });
  expect(maskedTexts(new Map([['secret', 'secret']]), mask)).toEqual(new Map([['…', '…']]));
  expect(maskedTexts(new Set(['secret']), mask)).toEqual(new Set(['…']));
  expect(maskedTexts(undefined, mask)).toBeUndefined();
});
