import type { RequirementState } from '../../../contract/compliance.js';
import { words } from '../../ui/format.js';
import { TextLink } from '../../ui/links.js';
import classes from './ControlChip.module.css';
import { statusIcons, statusTones } from './StatusTag.js';

/** A link to a control, with its status as shape, colour and text. */
export function ControlChip({ control }: { control: RequirementState['controls'][number] }) {
  const { id, title, status, relation } = control;
  const Icon = statusIcons[status];
  const spoken = words(status);
  return (
    <TextLink
      to="/controls/$controlId"
      params={{ controlId: id }}
      className={classes.chip}
      title={`${title}: ${spoken} (${relation})`}
      aria-label={`${id} ${title}, ${spoken}`}
    >
      <Icon size={14} aria-hidden color={`var(--tone-${statusTones[status]}-fg)`} />
      {id}
    </TextLink>
  );
}
