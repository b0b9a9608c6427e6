// Writes the lists of check ids in catalogue/checks from real releases of the tools:
//
//   pip download --no-deps --only-binary :all: -d WHEELS prowler==3.1.0   (and so on, up to the newest release)
//   node scripts/check-lists.mjs prowler WHEELS
//   go mod download -json github.com/aquasecurity/trivy-checks@latest     (prints the folder as "Dir")
//   node scripts/check-lists.mjs trivy DIR RELEASE
//   checkov --list > FILE
//   node scripts/check-lists.mjs checkov FILE RELEASE
//
// Ids of earlier releases stay in the lists, marked `former`: old reports have them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { root } from './steps.mjs';

const [tool, source, release] = process.argv.slice(2);
if (tool === 'prowler' && source) prowler(source);
else if (tool === 'trivy' && source && release) write('trivy', release, trivy(source));
else if (tool === 'checkov' && source && release) write('checkov', release, checkov(source));
else {
  console.error(
    'usage: node scripts/check-lists.mjs prowler WHEELS | trivy DIR RELEASE | checkov FILE RELEASE',
  );
  process.exit(2);
}

/** Checks by provider, as the newest release that has them describes them. */
function prowler(wheels) {
  const releases = readdirSync(wheels)
    .flatMap((file) => /^prowler-(\d+)\.(\d+)\.(\d+)-.*\.whl$/.exec(file) ?? [])
    .filter((part) => String(part).endsWith('.whl'))
    .map((file) => ({ file, version: file.split('-')[1] }))
    .sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
  const lists = new Map();
  for (const { file, version } of releases) {
    for (const list of lists.values()) for (const check of list.values()) check.former = true;
    const folder = mkdtempSync(join(tmpdir(), 'cspm-checks-'));
    try {
      execFileSync('python3', ['-m', 'zipfile', '-e', join(wheels, file), folder]);
      for (const path of filesIn(join(folder, 'prowler', 'providers'))) {
        if (path.endsWith('.metadata.json')) add(lists, path);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    console.error(
      `${version}: ${[...lists.values()].reduce((sum, { size }) => sum + size, 0)} ids`,
    );
  }
  const versions = releases.map(({ version }) => version).join(' ');
  for (const [provider, checks] of lists) write(`prowler-${provider}`, versions, checks);
}

function add(lists, path) {
  const provider = /providers[/\\]([a-z0-9]+)[/\\]services[/\\]/.exec(path)?.[1];
  if (provider === undefined) return;
  const list = lists.get(provider) ?? new Map();
  lists.set(provider, list);
  const { CheckID, ServiceName, ResourceType, CheckAliases = [] } = metadataOf(path);
  // Some releases have a wrong id in the metadata; results carry the id of the file.
  const ids = new Set([CheckID, basename(path, '.metadata.json')]);
  for (const id of ids) list.set(id, { service: ServiceName, type: ResourceType, former: false });
  for (const id of CheckAliases) {
    list.set(id, { service: ServiceName, type: ResourceType, former: true });
  }
}

function metadataOf(path) {
  // Some files of early releases have a comma too many.
  return JSON.parse(readFileSync(path, 'utf8').replace(/,(\s*[}\]])/g, '$1'));
}

function trivy(folder) {
  const ids = new Map();
  for (const path of filesIn(join(folder, 'checks'))) {
    if (!path.endsWith('.rego') || path.endsWith('_test.rego')) continue;
    const id = /^# {3}id: (\S+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
    // As the reader writes them: AVD-DS-0002, DS002 and DS-0002 are one check.
    const [, family, number] = /^(?:AVD-)?([A-Z]+)-?(\d+)$/.exec(id ?? '') ?? [];
    if (family) ids.set(`${family}-${number.padStart(4, '0')}`, {});
  }
  return ids;
}

function checkov(file) {
  const found = readFileSync(file, 'utf8').matchAll(/^\| *\d+ \| (CKV\w*) /gm);
  return new Map([...found].map(([, id]) => [id, {}]));
}

function write(name, releases, checks) {
  const lines = [...checks].sort(([a], [b]) => (a < b ? -1 : 1)).map(lineOf);
  const head = [
    '# Facts from the metadata of the tool; scripts/check-lists.mjs renews them.',
    `# releases: ${releases}`,
  ];
  writeFileSync(
    join(root, 'catalogue', 'checks', `${name}.txt`),
    `${[...head, ...lines].join('\n')}\n`,
  );
  console.error(`${name}: ${lines.length} ids`);
}

/** `id service resourceType [former]`, or the id alone. */
function lineOf([id, { service, type, former }]) {
  if (service === undefined) return id;
  const word = (text) => text?.trim().replaceAll(/\s+/g, '_') || '-';
  return [id, word(service), word(type), ...(former ? ['former'] : [])].join(' ');
}

function filesIn(folder) {
  return readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path)));
}
