import { PlugZap } from 'lucide-react';
import type { ModuleHealth } from '../../contract/platform.js';
import { EmptyState } from '../ui/EmptyState.js';
import { words } from '../ui/format.js';
import { ButtonLink } from '../ui/links.js';
import { PageHeader } from '../ui/PageHeader.js';

export function ModuleUnavailable({ module }: { module: ModuleHealth }) {
  const name = words(module.name.replaceAll('-', ' '));
  return (
    <>
      <PageHeader title={`${name} is unavailable`} />
      <EmptyState
        icon={PlugZap}
        title="These pages cannot be shown now"
        action={
          <ButtonLink to="/system" variant="default">
            See the state of the system
          </ButtonLink>
        }
      >
        The module {module.name} did not start. The other modules go on.
        {module.reason ? ` The server says: ${module.reason}` : ''}
      </EmptyState>
    </>
  );
}
