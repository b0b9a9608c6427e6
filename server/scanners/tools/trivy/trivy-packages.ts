import { z } from 'zod';
import { part, text } from '../../rows/lenient.js';
import type { ReportPlace } from '../../rows/report.js';
import { whole } from '../../rows/row-texts.js';
import { packageKey, packagePath } from './package-identity.js';
import type { Result } from './trivy-schema.js';

const Package = part({
  Name: text,
  Version: text,
  FilePath: text,
  Identifier: part({ PURL: text }),
});
const Packages = z.array(z.unknown()).catch([]);

/** The packages that a report lists with and without vulnerabilities, and the files that it names. */
export class ListedPackages {
  readonly files: string[] = [];
  /** By the sub-object of their vulnerabilities. */
  readonly #listed = new Map<string, Listed[]>();
  /** `pkg:deb/debian/`: package managers of the system, all of whose packages are listed. */
  readonly #systems = new Set<string>();

  add(result: Result, list: unknown): void {
    if (result.Class !== 'os-pkgs' && result.Target !== '') this.files.push(whole(result.Target));
    for (const given of Packages.parse(list ?? [])) {
      const { Name, Version, FilePath, Identifier } = Package.parse(given);
      if (Name === '' || Version === '') continue;
      const key = packageKey(Identifier.PURL, result.Type, Name);
      const path = packagePath(FilePath, result, Version);
      const subObject = whole(path === '' ? key : `${key} at ${path}`);
      const same = this.#listed.get(subObject) ?? [];
      this.#listed.set(subObject, [...same, { name: Name, version: Version }]);
      if (result.Class === 'os-pkgs') this.#systems.add(systemOf(key));
    }
  }

  /** The package of a known vulnerability has another version now, or the system no longer has it. */
  readonly isReplaced: NonNullable<ReportPlace['isReplaced']> = ({ subObject, observed }) => {
    const listed = this.#listed.get(subObject);
    if (listed) return listed.every((one) => isOther(one, observed));
    return !subObject.includes(' at ') && this.#systems.has(systemOf(subObject));
  };
}

interface Listed {
  name: string;
  version: string;
}

/** Whether `openssl 1:3.0.1-2 …` is about another version; the list has epoch and release apart. */
function isOther({ name, version }: Listed, observed: string): boolean {
  if (!observed.startsWith(`${name} `)) return false;
  const installed = observed.slice(name.length + 1).split(' ', 1)[0] ?? '';
  return !installed.includes(version);
}

const systemOf = (key: string) => /^pkg:[^/]+\/[^/]+\//.exec(key)?.[0] ?? key;
