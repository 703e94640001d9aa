import { type CSSProperties, useState } from 'react';
import { useText } from '../app/use-text.ts';

interface CompareProps {
  readonly beforeUrl: string;
  readonly afterUrl: string;
  readonly afterName: string;
  readonly onBeforeMissing: () => void;
}

/** Two pictures over one another, parted by a line that is dragged or moved with the arrow keys. */
export function Compare({ beforeUrl, afterUrl, afterName, onBeforeMissing }: CompareProps) {
  const { say } = useText();
  const [at, setAt] = useState(50);
  return (
    <figure className="compare task-compare" style={{ '--at': `${at}%` } as CSSProperties}>
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
