import type { Command } from 'commander';
import { downloadPackage, exportOscal, listPackages } from '../../../contract/evidence.js';
import { verifyPackage } from '../../modules/evidence/index.js';
import { ConflictError } from '../../platform/errors.js';
import { EXIT } from '../exit-codes.js';
import { instantOf } from '../instant-of.js';
import { packagesTable } from '../output/evidence-tables.js';
import { oneLine } from '../output/scan-words.js';
import { count, green, red } from '../output/style.js';
import { writeFileAnswer } from '../output/write-file-answer.js';
import { withApi } from '../remote/with-api.js';
import type { Shell } from '../shell.js';
import { asOptionErrors, parseOptions } from '../with-evidence.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;
const START = 'T00:00:00.000Z';
const YEAR_MS = 365 * 86_400_000;
const MAX_LISTED = 200;

interface PackageOptions extends Json {
  from?: string;
  to?: string;
  output?: string;
}

/** Audit packages and OSCAL exports. */
export function addEvidencePackages(evidence: Command, shell: Shell): void {
  evidence
    .command('package <framework>')
    .description('build an audit package for a framework')
    .option('--from <instant>', 'start of the period (default: a year before its end)')
    .option('--to <instant>', 'end of the period (default: now)')
    .option('-o, --output <file>', 'where to write the ZIP (a new file)')
    .option(...JSON_OPTION)
    .action(async (frameworkId: string, { json, output, ...options }: PackageOptions) => {
      const period = periodOf(options);
      const built = await withApi(shell, async (api) => {
        const item = await asOptionErrors(api.buildPackage({ frameworkId, ...period }));
        if (item.state !== 'ready')
          throw new ConflictError(item.problem ?? 'the package could not be built');
        const content = await api.download(downloadPackage, { params: { packageId: item.id } });
        const file = output ?? content.fileName;
        await writeFileAnswer(shell, content, file);
        return { ...item, file };
      });
      if (json) return shell.printJson({ package: built });
      const pieces = built.evidence === 1 ? 'piece' : 'pieces';
      shell.print(
        `${built.file}: ${count(built.files, 'file')}, ${built.evidence} ${pieces} of evidence`,
      );
      shell.print(`SHA-256 ${built.sha256}`);
    });
  evidence
    .command('packages')
    .description('list audit packages, newest first')
    .option(...JSON_OPTION)
    .action(async ({ json }: Json) => {
      const query = { limit: MAX_LISTED };
      const { items, nextCursor } = await withApi(shell, (api) =>
        api.call(listPackages, { query }),
      );
      if (json) shell.printJson({ packages: items, nextCursor });
      else if (items.length > 0) shell.print(packagesTable(items, shell.width));
      else shell.print('There are no packages yet: cspm evidence package <framework>');
    });
  evidence
    .command('export <framework>')
    .description('export the posture as an OSCAL 1.2 document')
    .option('--model <model>', 'assessment-results or poam', 'assessment-results')
    .option('-o, --output <file>', 'a new file instead of standard output')
    .option('--json', 'accepted for consistency; the document is always JSON')
    .action((framework: string, { output, ...options }: { model: string; output?: string }) => {
      const { model } = parseOptions(exportOscal.query, { model: options.model });
      const request = { params: { frameworkId: framework }, query: { model } };
      return withApi(shell, async (api) => {
        await writeFileAnswer(shell, await api.download(exportOscal, request), output);
      });
    });
  evidence
    .command('verify <file>')
    .description('verify an audit package against its hashes; exit code 1 when it was changed')
    .option(...JSON_OPTION)
    .action(async (file: string, { json }: Json) => {
      const found = await verifyPackage(shell.io.path(file));
      if (found.problems.length > 0) shell.exitCode = EXIT.failed;
      if (json) return shell.printJson(found);
      for (const problem of found.problems) shell.print(`${red('✗')} ${oneLine(problem, 300)}`);
      if (found.problems.length === 0)
        shell.print(`${green('✓')} ${found.files} files are unchanged since the package was built`);
    });
}

function periodOf({ from, to }: { from?: string; to?: string }): { from: string; to: string } {
  const end = to === undefined ? new Date().toISOString() : instantOf('to', to, START);
  const yearBefore = () => new Date(Date.parse(end) - YEAR_MS).toISOString();
  return { from: from === undefined ? yearBefore() : instantOf('from', from, START), to: end };
}
