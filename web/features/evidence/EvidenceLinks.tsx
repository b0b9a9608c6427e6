import { useAppState } from '../../app/AppStateContext.js';
import { SectionLinks } from '../../ui/SectionLinks.js';

export function EvidenceLinks() {
  const { membership } = useAppState();
  const { from = null, to = null } = membership?.reach ?? {};
  return (
    <SectionLinks
      label="Evidence pages"
      links={[
        { to: '/evidence', label: 'Evidence' },
        // It shows evidence of any time.
        ...((from ?? to) === null
          ? [{ to: '/evidence/gaps' as const, label: 'Support and gaps' }]
          : []),
        { to: '/evidence/packages', label: 'Audit packages' },
      ]}
    />
  );
}
