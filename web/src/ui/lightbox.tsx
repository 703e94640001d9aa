import { useEffect, useRef } from 'react';
import { Icon } from './icon.tsx';
import { useText } from './use-text.ts';

export interface Picture {
  readonly url: string;
  readonly name: string;
  readonly isVideo?: boolean;
}

interface LightboxProps {
  readonly pictures: readonly Picture[];
  readonly index: number;
  readonly onMove: (index: number) => void;
  readonly onClose: () => void;
}

/** The browser's own modal dialog: it keeps the focus inside, closes on Escape and gives the focus back. */
export function Lightbox({ pictures, index, onMove, onClose }: LightboxProps) {
  const { say } = useText();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const picture = pictures[index];
  if (!picture) return null;
  const move = (by: number): void => onMove((index + by + pictures.length) % pictures.length);
  return (
    <dialog
      ref={dialog}
      className="lightbox"
      aria-label={picture.name}
      onClose={onClose}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') move(-1);
        if (event.key === 'ArrowRight') move(1);
      }}
    >
      {picture.isVideo ? (
        // biome-ignore lint/a11y/useMediaCaption: what templates and engines make has no speech
        <video key={picture.url} src={picture.url} controls playsInline aria-label={picture.name} />
      ) : (
        <img src={picture.url} alt={picture.name} className="checkered" />
      )}
      <div className="lightbox-bar">
        <p aria-live="polite">
          {picture.name} · {index + 1} / {pictures.length}
        </p>
        <button type="button" className="icon-button" aria-label={say('previous')} onClick={() => move(-1)}>
          <Icon name="left" />
        </button>
        <button type="button" className="icon-button" aria-label={say('next')} onClick={() => move(1)}>
          <Icon name="right" />
        </button>
        <button type="button" className="icon-button" aria-label={say('close')} onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </div>
    </dialog>
  );
}
