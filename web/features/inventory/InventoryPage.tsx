import { Button, Group } from '@mantine/core';
import { type LucideIcon, Plus, SearchX } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useAppState } from '../../app/AppStateContext.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { ButtonLink } from '../../ui/links.js';
import { PagedItems, type PagesQuery } from '../../ui/PagedItems.js';
import { PageHeader } from '../../ui/PageHeader.js';
import classes from '../../ui/rows.module.css';

interface InventoryPageProps<T> {
  title: string;
  about: string;
  /** The noun for one item: `image`. */
  noun: string;
  /** With its article: `an image`. */
  one: string;
  /** The heading of the list. */
  listTitle: string;
  filters: ReactNode;
  isFiltered: boolean;
  /** What to try when nothing matches. */
  hint: string;
  /** The page without filters. */
  path: '/images' | '/targets';
  query: PagesQuery<T>;
  row: (item: T) => ReactNode;
  icon: LucideIcon;
  /** How items are added other than by hand. */
  emptyHint: string;
  addDialog: (onClose: () => void) => ReactNode;
  /** Below the list. */
  children?: ReactNode;
}

/** The page of an inventory: filters, the list, and a dialog to add to it. */
export function InventoryPage<T>(props: InventoryPageProps<T>) {
  const { title, about, noun, one, listTitle, filters, query, row, addDialog, children } = props;
  const { may } = useAppState();
  const [adding, setAdding] = useState(false);
  const add = may('scans:run') && (
    <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => setAdding(true)}>
      Add {one}
    </Button>
  );
  const empty = props.isFiltered ? (
    <EmptyState
      icon={SearchX}
      title={`No ${noun} matches`}
      action={
        <ButtonLink to={props.path} variant="default">
          Clear the filters
        </ButtonLink>
      }
    >
      {props.hint}
    </EmptyState>
  ) : (
    <EmptyState
      icon={props.icon}
      title={`No ${noun} yet`}
      action={may('scans:run') && <Button onClick={() => setAdding(true)}>Add {one}</Button>}
    >
      {props.emptyHint}
    </EmptyState>
  );
  return (
    <>
      <PageHeader title={title} about={about} actions={add} />
      <Group gap="sm" mb="sm">
        {filters}
      </Group>
      <PagedItems query={query} title={listTitle} empty={empty}>
        {(items) => <ul className={classes.rows}>{items.map(row)}</ul>}
      </PagedItems>
      {children}
      {adding && addDialog(() => setAdding(false))}
    </>
  );
}
