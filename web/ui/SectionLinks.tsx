import { Link, type LinkProps } from '@tanstack/react-router';
import classes from './SectionLinks.module.css';

interface SectionLinksProps {
  label: string;
  links: readonly { to: NonNullable<LinkProps['to']>; label: string }[];
}

/** Links between the pages of one section. */
export function SectionLinks({ label, links }: SectionLinksProps) {
  return (
    <nav aria-label={label} className={classes.links}>
      {links.map(({ to, label: text }) => (
        <Link
          key={to}
          to={to}
          className={classes.link}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {text}
        </Link>
      ))}
    </nav>
  );
}
