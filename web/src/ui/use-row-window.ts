import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

export interface RowWindow<Place extends HTMLElement> {
  /** Of the element whose children the items are: a table's body, a list, a grid. */
  readonly place: RefObject<Place | null>;
  /** Items to draw: from, and up to but not with. */
  readonly from: number;
  readonly to: number;
  /** Heights of what is not drawn. */
  readonly abovePx: number;
  readonly belowPx: number;
}

/** Fewer items than this are all drawn: finding in the page then finds all of them. */
const ALL_UP_TO = 200;
const MARGIN_PX = 1200;
const GUESSED_ROW_PX = 45;

interface Layout {
  readonly columns: number;
  readonly rowPx: number;
}

/** The items of a long list that are near the screen: a hundred thousand cost as much as fifty. Rows are of one height. */
export function useRowWindow<Place extends HTMLElement>(count: number): RowWindow<Place> {
  const place = useRef<Place>(null);
  const [{ columns, rowPx }, setLayout] = useState<Layout>({ columns: 1, rowPx: GUESSED_ROW_PX });
  const [{ from, to }, setRange] = useState({ from: 0, to: ALL_UP_TO });
  const isLong = count > ALL_UP_TO;
  useLayoutEffect(() => {
    if (!isLong) return;
    const look = (): void => {
      const body = place.current;
      if (!body) return;
      const layout = measure(body);
      const rows = Math.ceil(count / layout.columns);
      const margin = Math.ceil(MARGIN_PX / layout.rowPx);
      const first = Math.floor(-body.getBoundingClientRect().top / layout.rowPx);
      const last = Math.max(first, 0) + Math.ceil(window.innerHeight / layout.rowPx) + margin;
      const next = {
        from: Math.min(Math.max(0, first - margin), Math.max(0, rows - margin)) * layout.columns,
        to: Math.min(count, last * layout.columns),
      };
      setLayout((old) => (old.columns === layout.columns && old.rowPx === layout.rowPx ? old : layout));
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
  const rowsBelow = Math.ceil(count / columns) - Math.ceil(to / columns);
  return { place, from, to, abovePx: (from / columns) * rowPx, belowPx: Math.max(0, rowsBelow) * rowPx };
}

/** From one row to the next, the gap between them with it. */
function measure(body: HTMLElement): Layout {
  const columns = getComputedStyle(body).gridTemplateColumns.split(' ').length;
  const drawn = [...body.children].filter((one) => !one.classList.contains('row-space'));
  const [first, below] = [drawn[0]?.getBoundingClientRect(), drawn[columns]?.getBoundingClientRect()];
  const px = first && below ? below.top - first.top : (first?.height ?? 0);
  return { columns, rowPx: px > 0 ? px : GUESSED_ROW_PX };
}
