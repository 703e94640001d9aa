import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

export interface RowWindow {
  /** Of the element whose children the rows are. */
  readonly place: RefObject<HTMLTableSectionElement | null>;
  /** Rows to draw: from, and up to but not with. */
  readonly from: number;
  readonly to: number;
  /** Heights of what is not drawn. */
  readonly abovePx: number;
  readonly belowPx: number;
}

/** Fewer rows than this are all drawn: finding in the page then finds all of them. */
const ALL_UP_TO = 300;
const MARGIN_ROWS = 20;
const GUESSED_ROW_PX = 45;

/** The rows of a long table that are near the screen: a hundred thousand cost as much as fifty. Rows are of one height. */
export function useRowWindow(count: number): RowWindow {
  const place = useRef<HTMLTableSectionElement>(null);
  const [rowPx, setRowPx] = useState(GUESSED_ROW_PX);
  const [{ from, to }, setRange] = useState({ from: 0, to: ALL_UP_TO });
  const isLong = count > ALL_UP_TO;
  useLayoutEffect(() => {
    if (!isLong) return;
    const look = (): void => {
      const body = place.current;
      if (!body) return;
      const measured = body.querySelector('tr:not(.row-space)')?.getBoundingClientRect().height ?? 0;
      const height = measured > 0 ? measured : GUESSED_ROW_PX;
      const first = Math.floor(-body.getBoundingClientRect().top / height);
      const next = {
        from: Math.min(Math.max(0, first - MARGIN_ROWS), Math.max(0, count - MARGIN_ROWS)),
        to: Math.min(count, Math.max(first, 0) + Math.ceil(window.innerHeight / height) + MARGIN_ROWS),
      };
      setRowPx(height);
      setRange((old) => (old.from === next.from && old.to === next.to ? old : next));
    };
    look();
    window.addEventListener('scroll', look, { passive: true });
    window.addEventListener('resize', look);
    return () => {
      window.removeEventListener('scroll', look);
      window.removeEventListener('resize', look);
    };
  }, [isLong, count]);
  if (!isLong) return { place, from: 0, to: count, abovePx: 0, belowPx: 0 };
  return { place, from, to, abovePx: from * rowPx, belowPx: (count - to) * rowPx };
}
