import type { StoredSubJob } from '../sub-jobs/stored-sub-job.js';
import type { StoredScan } from './stored-scan.js';

type Ended = Pick<StoredSubJob, 'status' | 'unit'>;

/** The scanned and missed regions of an AWS account; null for other scans, which have a single unit. */
export function scannedAccountOf(
  { request }: Pick<StoredScan, 'request'>,
  subJobs: readonly Ended[],
) {
  const parts = subJobs.flatMap(({ status, unit: { target } }) =>
    target.kind === 'aws' ? target.regions.map((region) => ({ ...target, status, region })) : [],
  );
  const [first] = parts;
  if (!first || request.kind !== 'cloud') return null;
  const regionsOf = (isScanned: boolean) =>
    parts
      .filter(({ status }) => (status === 'completed' || status === 'partial') === isScanned)
      .map(({ region }) => region);
  return {
    provider: first.kind,
    accountId: first.accountId,
    scanned: regionsOf(true),
    missed: regionsOf(false),
    isWhole: !request.regions?.length,
  };
}
