import { useState } from 'react';
import type { ScanRun, SubJob } from '../../../contract/orchestration.js';
import { Section } from '../../ui/Section.js';
import { SubJobRow } from './SubJobRow.js';
import classes from './SubJobs.module.css';

/** The tool runs of the scan; each row opens to show its coverage and log. */
export function SubJobs({ scan }: { scan: ScanRun }) {
  const { id, subJobs } = scan;
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const isOpen = (subJob: SubJob) => chosen.get(subJob.id) ?? isOpenAtFirst(subJob, subJobs);
  return (
    <Section title="Sub-jobs">
      <ol className={classes.rows}>
        {subJobs.map((subJob) => (
          <SubJobRow
            key={subJob.id}
            scanId={id}
            isScanOver={scan.finishedAt !== null}
            subJob={subJob}
            opened={isOpen(subJob)}
            onToggle={() => setChosen((before) => new Map(before).set(subJob.id, !isOpen(subJob)))}
          />
        ))}
      </ol>
    </Section>
  );
}

/** A single sub-job, or the first that failed. */
function isOpenAtFirst(subJob: SubJob, all: readonly SubJob[]): boolean {
  return all.length === 1 || all.find(({ status }) => status === 'failed')?.id === subJob.id;
}
