import { z } from 'zod';
import { part, text } from '../../rows/lenient.js';
import { whole } from '../../rows/row-texts.js';
import { type ListedPackage, type PackageList, systemOf } from '../../rows/shown-results.rules.js';
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
export class ListedPackages implements PackageList {
  readonly files: string[] = [];
  readonly listed = new Map<string, ListedPackage[]>();
  readonly systems = new Set<string>();

  add(result: Result, list: unknown): void {
    if (result.Class !== 'os-pkgs' && result.Target !== '') this.files.push(whole(result.Target));
    for (const given of Packages.parse(list ?? [])) {
      const { Name, Version, FilePath, Identifier } = Package.parse(given);
      if (Name === '' || Version === '') continue;
      const key = packageKey(Identifier.PURL, result.Type, Name);
      const path = packagePath(FilePath, result, Version);
      const subObject = whole(path === '' ? key : `${key} at ${path}`);
      const same = this.listed.get(subObject) ?? [];
      this.listed.set(subObject, [...same, { name: Name, version: Version }]);
      if (result.Class === 'os-pkgs') this.systems.add(systemOf(key));
    }
  }
}
