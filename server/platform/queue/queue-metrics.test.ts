import { expect, it } from 'vitest';
import { PrometheusMetrics } from '../metrics/prometheus-metrics.js';
import type { QueueCounts } from './job-queue.js';

it('reports depth and age of the queues at each scrape', async () => {
  const metrics = new PrometheusMetrics();
  const a = { queue: 'suite.a', waiting: 3, delayed: 1, active: 2, failed: 0 };
  let counts: QueueCounts[] | null = [{ ...a, oldestWaitingMs: 1_500 }];
  let asked = 0;
  metrics.watchQueue(async () => {
    asked += 1;
    if (!counts) throw new Error('gone');
    return counts;
  });
  const queueLines = async () =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith('cspm_queue'));
  expect(await queueLines()).toEqual([
    'cspm_queue_depth{queue="suite.a",state="waiting"} 3',
    'cspm_queue_depth{queue="suite.a",state="delayed"} 1',
    'cspm_queue_depth{queue="suite.a",state="active"} 2',
    'cspm_queue_depth{queue="suite.a",state="failed"} 0',
    'cspm_queue_oldest_age_seconds{queue="suite.a"} 1.5',
  ]);
  expect(asked).toBe(1);
  counts = [];
  expect(await queueLines()).toEqual([]);
  counts = null;
  expect(await queueLines()).toEqual([]);
});
