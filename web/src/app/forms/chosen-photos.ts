import { useCallback, useEffect, useRef, useState } from 'react';
import { type CheckedPhoto, checkPhoto } from '../uploads/check-photo.ts';

export interface ChosenPhoto {
  readonly id: number;
  readonly file: File;
  readonly name: string;
  /** null: being looked at. */
  readonly check: CheckedPhoto | null;
}

export interface ChosenPhotos {
  readonly photos: readonly ChosenPhoto[];
  /** More were offered than fit. */
  readonly overflowed: boolean;
  readonly add: (files: readonly File[]) => void;
  readonly remove: (id: number) => void;
  /** `keepPreviews`: somebody else shows them from now on. */
  readonly clear: (keepPreviews?: boolean) => void;
}

/** Photos that were chosen for a form, each looked at in turn: two big ones decoded at once could fill a phone's memory. */
export function useChosenPhotos(max: number): ChosenPhotos {
  const [photos, setPhotos] = useState<readonly ChosenPhoto[]>([]);
  const [overflowed, setOverflowed] = useState(false);
  const nextId = useRef(1);
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const shown = useRef<readonly ChosenPhoto[]>([]);
  shown.current = photos;

  const look = useCallback((id: number, file: File): void => {
    queue.current = queue.current.then(async () => {
      if (!shown.current.some((photo) => photo.id === id)) return;
      const check = await checkPhoto(file);
      setPhotos((all) => all.map((photo) => (photo.id === id ? { ...photo, check } : photo)));
    });
  }, []);

  const add = useCallback(
    (files: readonly File[]): void => {
      const room = Math.max(0, max - shown.current.length);
      setOverflowed(files.length > room);
      const added = files.slice(0, room).map((file) => ({ id: nextId.current++, file, name: file.name, check: null }));
      shown.current = [...shown.current, ...added];
      setPhotos(shown.current);
      for (const { id, file } of added) look(id, file);
    },
    [max, look],
  );
  const remove = useCallback((id: number): void => {
    forgetPreviews(shown.current.filter((photo) => photo.id === id));
    setPhotos((all) => all.filter((photo) => photo.id !== id));
    setOverflowed(false);
  }, []);
  const clear = useCallback((keepPreviews = false): void => {
    if (!keepPreviews) forgetPreviews(shown.current);
    shown.current = [];
    setPhotos([]);
    setOverflowed(false);
  }, []);

  // Pasted anywhere on the page, since nobody looks for a place to paste into.
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length > 0) add(files);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [add]);
  return { photos, overflowed, add, remove, clear };
}

function forgetPreviews(photos: readonly ChosenPhoto[]): void {
  for (const { check } of photos) if (check?.ok) URL.revokeObjectURL(check.previewUrl);
}
