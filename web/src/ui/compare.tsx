import { type CSSProperties, useState } from 'react';
import { useText } from './use-text.ts';

interface CompareProps {
  readonly beforeUrl: string;
  readonly afterUrl: string;
  readonly afterName: string;
  /** Of the result; most have the photo's own frame. */
  readonly shape: { readonly width: number; readonly height: number };
  readonly onBeforeMissing: () => void;
}

/** Two pictures over one another, parted by a line that is dragged or moved with the arrow keys. */
export function Compare({ beforeUrl, afterUrl, afterName, shape, onBeforeMissing }: CompareProps) {
  const { say } = useText();
  const [at, setAt] = useState(50);
  return (
    <figure
      className="compare task-compare"
      style={{ '--at': `${at}%`, aspectRatio: `${shape.width} / ${shape.height}` } as CSSProperties}
    >
      <img src={afterUrl} alt={`${say('after')} · ${afterName}`} className="checkered" />
      <img className="compare-before" src={beforeUrl} alt={say('before')} onError={onBeforeMissing} />
      <input
        type="range"
        min="0"
        max="100"
        value={at}
        aria-label={say('compareLabel')}
        onChange={(event) => setAt(Number(event.target.value))}
      />
      <span className="compare-line" aria-hidden="true" />
      <figcaption>
        <span>{say('before')}</span>
        <span>{say('after')}</span>
      </figcaption>
    </figure>
  );
}
