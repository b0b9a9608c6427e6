import type { TeamScope } from './platform/database/collection.js';
import type { ServiceContainer } from './service-container.js';

/** A framework's name and the controls of its requirements; none while the catalogue is unavailable. */
export async function frameworkOfTeam(
  container: ServiceContainer,
  team: TeamScope,
  frameworkId: string,
): Promise<{ name: string; controlIds: ReadonlySet<string> }> {
  const catalogue = await container.find('catalogue')?.catalogues.of(team);
  const found = catalogue?.frameworks.get(frameworkId);
  const controls = (found?.requirements ?? []).flatMap((each) => each.controls);
  return {
    name: found?.name ?? frameworkId,
    controlIds: new Set(controls.map(({ controlId }) => controlId)),
  };
}
