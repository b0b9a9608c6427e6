import { describe, expect, it } from 'vitest';
import { repositoryOfArtifact } from '../../rows/artifact-name.js';
import { packageKey, packagePath } from './package-identity.js';

describe('identity of packages and artifacts', () => {
  it.each([
    ['pkg:npm/@scope/name@1.0.0', 'npm', '', 'pkg:npm/@scope/name'],
    ['pkg:golang/example.com/m@v1?x=1#sub', '', '', 'pkg:golang/example.com/m'],
    ['pkg:deb/debian/x', '', '', 'pkg:deb/debian/x'],
    ['', 'pom', 'org.a:b', 'pkg:maven/org.a/b'],
    ['', 'pip', 'My_Pkg', 'pkg:pypi/my-pkg'],
    ['', '', 'x', 'pkg:generic/x'],
  ])('%s', (purl, type, name, key) => {
    expect(packageKey(purl, type, name)).toBe(key);
  });
  it('removes the version from a path', () => {
    const python = { Class: 'lang-pkgs', Target: 'Python' };
    expect(packagePath('lib/requests-2.25.1.dist-info/METADATA', python, '2.25.1')).toBe(
      'lib/requests-*.dist-info/METADATA',
    );
    expect(packagePath('', python, '1')).toBe('');
  });
  it.each([
    ['nginx:1', 'docker.io/library/nginx'],
    ['acme/x@sha256:1', 'docker.io/acme/x'],
    ['localhost:5000/x:1', 'localhost:5000/x'],
    ['images/a.tar', 'images/a.tar'],
  ])('artifact %s', (name, repository) => {
    expect(repositoryOfArtifact(name, true)).toBe(repository);
  });
});
