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
        title="These pages are unavailable"
        action={
          <ButtonLink to="/system" variant="default">
            See the system status
          </ButtonLink>
        }
      >
        The module {module.name} did not start. All other modules work.
        {module.reason ? ` Reason: ${module.reason}` : ''}
      </EmptyState>
    </>
  );
}
