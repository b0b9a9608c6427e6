import type { Command } from 'commander';
import { localOperator } from '../../platform/auth/actor.js';
import { frameworksTable } from '../output/posture-tables.js';
import { dim, width } from '../output/style.js';
import { wrap } from '../output/wrap.js';
import { withCore } from '../with-core.js';

export function addFrameworks(program: Command): void {
  program
    .command('frameworks')
    .description('list the frameworks with the posture of what was imported')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: { json?: boolean }) => {
      const frameworks = await withCore(({ compliance }) =>
        compliance.posture.frameworks(localOperator),
      );
      if (json) {
        console.log(JSON.stringify({ frameworks }, null, 2));
        return;
      }
      console.log(frameworksTable(frameworks));
      const slugs = `Slugs for --framework: ${frameworks.map(({ id }) => id).join(', ')}`;
      for (const line of wrap(slugs, width())) console.log(dim(line));
    });
}
