import { SectionLinks } from '../../ui/SectionLinks.js';

export function EvidenceLinks() {
  return (
    <SectionLinks
      label="Evidence pages"
      links={[
        { to: '/evidence', label: 'Evidence' },
        { to: '/evidence/gaps', label: 'Support and gaps' },
        { to: '/evidence/packages', label: 'Audit packages' },
      ]}
    />
  );
}
