import { expect, test } from 'vitest';
import { PrometheusMetrics } from './prometheus-metrics.js';

test('renders the metrics in Prometheus format', async () => {
  const metrics = new PrometheusMetrics();
  metrics.requestAnswered('GET', '/api/frameworks', 200, 0.02);
  metrics.requestAnswered('GET', '/api/frameworks', 200, 3);
  metrics.requestFailed('/api/frameworks', 'internal');
  metrics.importEnded('prowler', 'completed', 4);
  metrics.resultsIngested('prowler', 'fail', 36);
  metrics.findingsChanged('prowler', 'opened', 36);
  metrics.engineRan('incremental', 0.3);
  const text = await metrics.text();
  const request = 'method="GET",route="/api/frameworks",status="200"';
  for (const line of [
    `cspm_http_request_duration_seconds_count{${request}} 2`,
    `cspm_http_request_duration_seconds_bucket{le="0.025",${request}} 1`,
    'cspm_http_errors_total{route="/api/frameworks",code="internal"} 1',
    'cspm_import_duration_seconds_count{tool="prowler",outcome="completed"} 1',
    'cspm_check_results_ingested_total{tool="prowler",verdict="fail"} 36',
    'cspm_findings_ingested_total{tool="prowler",change="opened"} 36',
    'cspm_compliance_engine_duration_seconds_sum{mode="incremental"} 0.3',
    'process_resident_memory_bytes',
  ]) {
    expect(text).toContain(line);
  }
  expect(metrics.contentType).toContain('text/plain');
});

test('shows the workers and scans of all processes, and neither while the store does not respond', async () => {
  const metrics = new PrometheusMetrics();
  let isAway = false;
  const orAway = async <T>(value: T) => {
    if (isAway) throw new Error('away');
    return value;
  };
  metrics.watchScans({
    workers: () => orAway([{}, {}]),
    active: () => orAway(new Map([['running', 3]])),
  });
  const lines = async () =>
    (await metrics.text()).split('\n').filter((line) => /^cspm_(workers|active_scans)/.test(line));
  expect(await lines()).toEqual(['cspm_workers 2', 'cspm_active_scans{status="running"} 3']);
  isAway = true;
  expect(await lines()).toEqual([]);
});

test('every metric has a help text and a type', async () => {
  const text = await new PrometheusMetrics().text();
  const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1]);
  expect(names.filter((name) => name?.startsWith('cspm_')).length).toBeGreaterThanOrEqual(6);
  for (const name of names) expect(text).toMatch(new RegExp(`^# HELP ${name} \\S`, 'm'));
});
