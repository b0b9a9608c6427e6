import { Radio } from '@mantine/core';
import type { ScanKind } from '../../../contract/orchestration.js';
import { Section } from '../../ui/Section.js';
import classes from './ScanKindChoice.module.css';
import { isKind } from './scan-draft.js';
import { lookOf, SCAN_KINDS } from './scan-kinds.js';

interface ScanKindChoiceProps {
  kind: ScanKind;
  onChange: (kind: ScanKind) => void;
}

export function ScanKindChoice({ kind, onChange }: ScanKindChoiceProps) {
  return (
    <Section title="What to scan">
      <Radio.Group
        aria-label="What to scan"
        value={kind}
        onChange={(value) => isKind(value) && onChange(value)}
      >
        <div className={classes.kinds}>
          {SCAN_KINDS.map((value) => {
            const { label, about, icon: Icon } = lookOf(value);
            return (
              <Radio
                key={value}
                value={value}
                label={
                  <span className={classes.label}>
                    <Icon size={16} aria-hidden /> {label}
                  </span>
                }
                description={about}
                classNames={{ root: classes.kind }}
              />
            );
          })}
        </div>
      </Radio.Group>
    </Section>
  );
}
