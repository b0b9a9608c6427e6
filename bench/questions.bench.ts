import type { z } from 'zod';
import type { FindingFacets } from '../contract/finding-groups.js';
import type { listFindings } from '../contract/security-scans.js';
import { askJson, latencies } from './api-client.js';
import type { Bench } from './bench-context.js';
import type { Figure, Section } from './figures.js';

type FindingPage = z.infer<typeof listFindings.result>;

const PAGE_BELOW_MS = 50;

/** Lists and counts of a large store, requested as by a browser: one after the other, over loopback HTTP. */
export const questions: Bench = {
  name: 'questions',
  async run(context): Promise<Section[]> {
    const { imported } = await context.bigStore();
    const { url } = await context.bigServer();
    const at = `${url}/api/security-scans`;
    const times = context.quick ? 30 : 200;
    const facets = await askJson<FindingFacets>(`${at}/finding-facets`);
    const total = facets.severity.reduce((sum, { count }) => sum + count, 0);
    if (total < context.storeSize * 0.95) throw new Error(`only ${total} findings are open`);
    const region = facets.region[0]?.value ?? '';
    const service = facets.service[0]?.value ?? '';
    const deep = await cursorAt(`${at}/findings?limit=200`, Math.floor(total / 2));
    const narrow = `severity=high,critical&region=${region}`;
    const asked: [name: string, path: string][] = [
      ['list, first page of 50', 'findings'],
      ['list, 50 from the middle', `findings?cursor=${encodeURIComponent(deep)}`],
      ['list, by severity and region', `findings?${narrow}`],
      ['list, by service, suppressed', `findings?service=${service}&status=suppressed`],
      ['list, open and suppressed', 'findings?status=open,suppressed'],
      ['list, search for a frequent word', 'findings?q=encrypt'],
      ['list, search for a rare word', 'findings?q=prod-1a2'],
      ['list, search for what is not there', 'findings?q=no-such-thing'],
      ['groups by check', 'finding-groups'],
      ['groups by check, by severity and region', `finding-groups?${narrow}`],
      ['facets', 'finding-facets'],
      ['facets, by severity and region', `finding-facets?${narrow}`],
      ['facets, search for a frequent word', 'finding-facets?q=encrypt'],
    ];
    const usual: Record<string, readonly [number, number]> = {
      'list, first page of 50': [1, 12],
      'groups by check': [10, 150],
      facets: [1, 20],
    };
    const floor = await latencies(times, `${url}/api/me`);
    const figures: Figure[] = [
      {
        name: 'who am I (the floor), p95',
        value: floor.p95,
        unit: 'ms',
        note: `p50 ${ms(floor.p50)}`,
      },
    ];
    for (const [name, path] of asked) {
      context.say(name);
      const samples = await latencies(times, `${at}/${path}`);
      const isTargeted = /^(list|facets)/.test(name);
      figures.push({
        name: `${name}, p95`,
        value: samples.p95,
        unit: 'ms',
        ...(isTargeted ? context.target(PAGE_BELOW_MS) : {}),
        note: `p50 ${ms(samples.p50)}, ${(samples.p50 / floor.p50).toFixed(0)} × the floor`,
      });
      if (!usual[name]) continue;
      const value = samples.p50 / floor.p50;
      figures.push({ name: `${name} ÷ the floor`, value, unit: '×', usual: usual[name] });
    }
    const size = context.storeSize.toLocaleString('en-US');
    const store: Figure[] = [
      { name: 'import of all at once (gzip)', value: imported.ms / 1000, unit: 's' },
      { name: 'import of all at once, peak memory', value: imported.peakMb, unit: 'MB' },
    ];
    return [{ title: `Store of ${size} findings`, figures: [...store, ...figures] }];
  },
};

/** The cursor after this number of findings. */
async function cursorAt(url: string, findings: number): Promise<string> {
  let seen = 0;
  let cursor = '';
  while (seen < findings) {
    const page: FindingPage = await askJson(
      `${url}&cursor=${encodeURIComponent(cursor)}`.replace(/&cursor=$/, ''),
    );
    if (!page.nextCursor) break;
    seen += page.items.length;
    cursor = page.nextCursor;
  }
  return cursor;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
