import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { loadMapping } from './curated-mapping.js';
import type { CheckText } from './keyword-index.js';
import { TopicIndex } from './topic-index.js';

const catalogue = loadCatalogue();
const { topics } = loadMapping((id) => catalogue.controls.has(id));
const index = new TopicIndex(topics.values());

function search(part: Partial<CheckText>) {
  const empty = { title: '', description: '', risk: '', service: '', resourceType: '' };
  return index.search({ ...empty, categories: [], ...part });
}
const best = (part: Partial<CheckText>) => search(part)[0]?.topic.id;

describe('a topic', () => {
  it.each([
    ['Volumes are encrypted at rest', 'encryption-at-rest'],
    ['Traffic to the cache is encrypted in transit', 'tls'],
    ['Customer managed key is rotated every year, key rotation is on', 'key-rotation'],
    ['The security group allows ingress from 0.0.0.0/0 to port 22', 'open-ports'],
    ['Root account has MFA enabled', 'mfa-privileged'],
    ['Every user has multi-factor authentication', 'mfa-users'],
    ['Object versioning is enabled', 'versioning'],
    ['A metric filter and alarm exist for changes of route tables', 'change-alerts'],
    ['The function has no secrets in variables', 'secrets-in-code'],
    ['The database runs in several availability zones (Multi-AZ)', 'redundancy'],
    ['Pods must not run a privileged container', 'container-privileges'],
    ['The library is vulnerable: CVE-2024-0001', 'open-vulnerabilities'],
  ])('of “%s” is %s', (title, topic) => {
    expect(best({ title })).toBe(topic);
  });

  it('is found by the words of an id', () => {
    expect(best({ id: 'some_store_object_lock' })).toBe('immutable-storage');
    expect(search({ id: 'AWS-0086' })).toEqual([]);
  });

  it('is excluded by its negative words, in title and id only', () => {
    const found = (part: Partial<CheckText>) => search(part).map(({ topic }) => topic.id);
    expect(found({ title: 'MFA delete is enabled' })).not.toContain('mfa-users');
    expect(found({ title: 'MFA is enabled', risk: 'mfa delete' })).toContain('mfa-users');
  });

  it('weighs more by title than by description, and that more than by risk', () => {
    const score = (field: 'title' | 'description' | 'risk') =>
      search({ [field]: 'deletion protection' })[0]?.score ?? 0;
    expect(score('title')).toBeGreaterThan(score('description'));
    expect(score('description')).toBeGreaterThan(score('risk'));
  });

  it('names the words that led to it', () => {
    const [found] = search({ title: 'Deletion protection is on' });
    expect(found?.tokens[0]).toMatchObject({ keyword: 'deletion protection', field: 'title' });
  });

  it('is not found inside longer words', () => {
    expect(search({ title: 'Catalogs, waffles and authorities' })).toEqual([]);
  });
});
