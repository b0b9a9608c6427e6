import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type Key, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import classes from './VirtualRows.module.css';

interface VirtualRowsProps<T> {
  label: string;
  items: readonly T[];
  keyOf: (item: T) => Key;
  /** Height of a row before it is measured. */
  estimate: number;
  render: (item: T) => ReactNode;
  /** Called when the last rows come into view. */
  onEnd?: () => void;
}

/** A list of any length that scrolls with the page; only the rows in view are in the document. */
export function VirtualRows<T>(props: VirtualRowsProps<T>) {
  const { label, items, keyOf, estimate, render, onEnd } = props;
  const list = useRef<HTMLOListElement>(null);
  const [scrollMargin, setScrollMargin] = useState(0);
  // The content above the list may change its height on any render.
  useLayoutEffect(() => {
    const top = list.current ? list.current.getBoundingClientRect().top + window.scrollY : 0;
    setScrollMargin(Math.round(top));
  });
  const rows = useWindowVirtualizer({
    count: items.length,
    estimateSize: () => estimate,
    overscan: 8,
    scrollMargin,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
  });
  const visible = rows.getVirtualItems();
  const last = visible.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= items.length - 5) onEnd?.();
  }, [last, items.length, onEnd]);

  return (
    <ol
      ref={list}
      aria-label={label}
      className={classes.list}
      style={{ height: rows.getTotalSize() }}
    >
      {visible.map(({ index, key, start }) => {
        const item = items[index];
        if (item === undefined) return null;
        return (
          <li
            key={key}
            ref={rows.measureElement}
            data-index={index}
            aria-setsize={items.length}
            aria-posinset={index + 1}
            className={classes.row}
            style={{ transform: `translateY(${start - scrollMargin}px)` }}
          >
            {render(item)}
          </li>
        );
      })}
    </ol>
  );
}
