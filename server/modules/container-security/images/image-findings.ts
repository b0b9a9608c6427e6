import type { ContainerImage } from '../../../../contract/container-security.js';
import { noneBySeverity, SEVERITIES, type Severity } from '../../../../contract/severity.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { accountOfImage, repositoryOfArtifact } from '../../../scanners/rows/artifact-name.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { ImagesRepository } from './images.repository.js';
import type { StoredImage } from './stored-image.js';

type Named = Pick<StoredImage, 'reference' | 'reportedAs'>;
const accountOf = ({ reference }: Named) => accountOfImage(reference);
const accountsOf = (image: Named) => [
  ...new Set([accountOf(image), ...(image.reportedAs ? [image.reportedAs] : [])]),
];

export interface ImageFindingsDeps {
  images: Pick<ImagesRepository, 'newestOf'>;
  findings: Pick<SecurityScans['findings'], 'openByAccount' | 'list'>;
}

/** The provider of image findings; their account is the repository. */
const PROVIDER = 'image';
const PAGE = 1_000;

/**
 * The open findings of images. They are stored by repository, whatever the version; where tags name services,
 * by service.
 */
export class ImageFindings {
  constructor(private readonly deps: ImageFindingsDeps) {}

  /** Adds their open findings to images. */
  async addTo(scope: TeamScope, images: readonly StoredImage[]): Promise<ContainerImage[]> {
    const repositories = new Set(images.map(({ repository }) => repository));
    const [counts, newest] = await Promise.all([
      this.deps.findings.openByAccount(scope, PROVIDER, images.flatMap(accountsOf)),
      this.deps.images.newestOf(scope, repositories),
    ]);
    return images.map((image) => {
      const { repository } = image;
      const account = accountOf(image);
      const accountId = accountsOf(image);
      const bySeverity = noneBySeverity();
      for (const each of accountId) {
        const known = counts.get(each);
        for (const severity of SEVERITIES) bySeverity[severity] += known?.[severity] ?? 0;
      }
      const open = Object.values(bySeverity).reduce((sum, count) => sum + count, 0);
      const filter = { provider: PROVIDER, accountId };
      const isOwn = account !== repository || newest.get(repository) === image.id;
      return { ...image, findings: { open, bySeverity, filter, isOwn } };
    });
  }

  /** Repositories with open findings of one of these severities. */
  async repositoriesWith(scope: TeamScope, severities: readonly Severity[]): Promise<string[]> {
    const counts = await this.deps.findings.openByAccount(scope, PROVIDER);
    return [...counts.entries()]
      .filter(([, bySeverity]) => severities.some((severity) => bySeverity[severity] > 0))
      .map(([account]) => repositoryOfArtifact(account, true));
  }

  /** Counts open findings that a newer version of a package would close. */
  async fixable(actor: Actor, image: StoredImage): Promise<number> {
    const filter = { provider: [PROVIDER], accountId: accountsOf(image) };
    let fixable = 0;
    let cursor: string | undefined;
    do {
      const page = await this.deps.findings.list(actor, filter, PAGE, cursor);
      fixable += page.items.filter(({ details }) => details?.package?.fixedVersion).length;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return fixable;
  }
}
