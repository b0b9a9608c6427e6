import { describe, expect, it } from 'vitest';
import { listChecksRun, readCheckList } from './prowler.plan.js';

describe('the expected checks', () => {
  it('are requested without network or login', () => {
    expect(
      listChecksRun('aws', { services: ['s3'], excludedRegions: ['me-south-1'] }),
    ).toMatchObject({
      args: ['aws', '--list-checks-json', '--services', 's3', '-b', '--no-color'],
      network: 'none',
      files: [],
    });
    expect(() => listChecksRun('llm' as 'aws')).toThrow();
  });
  it('are read from a list or from the text of a set', () => {
    expect(readCheckList('note\n{\n  "aws": [\n    "s3_b",\n    "iam_a",\n "s3_b" ]\n}\n')).toEqual(
      ['iam_a', 's3_b'],
    );
    expect(readCheckList(`{"aws": "{'s3_b', 'iam_a'}"}`)).toEqual(['iam_a', 's3_b']);
    expect(readCheckList('error')).toBeNull();
    expect(readCheckList('{}')).toBeNull();
  });
});
