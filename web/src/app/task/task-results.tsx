import { useState } from 'react';
import { fetchObject } from '../../core/fetch-object.ts';
import { formatBytes, formatDay } from '../../core/format.ts';
import { packFiles } from '../../core/pack-files.ts';
import { saveFile } from '../../core/save-file.ts';
import { Compare } from '../../ui/compare.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Lightbox } from '../../ui/lightbox.tsx';
import { toast } from '../../ui/toasts.tsx';
import { canContinue } from '../library/can-continue.ts';
import { outputName } from '../output-name.ts';
import { useText } from '../use-text.ts';
import { flagText, sortFlags } from './flag-text.ts';
import { isPicture, OtherResults } from './other-results.tsx';
import type { Task, TaskOutput } from './task-shape.ts';

/** The photo against each result, the results as a grid, and the ways to take them home. */
export function TaskResults({ task }: { readonly task: Task }) {
  const { say } = useText();
  const { outputs } = task;
  const pictures = outputs.filter(isPicture);
  const hasFilm = outputs.some(({ contentType }) => contentType.startsWith('video/'));
  const [chosen, setChosen] = useState(0);
  const [opened, setOpened] = useState<number | null>(null);
  const [isPhotoGone, setPhotoGone] = useState(false);
  // Beside a film stands its cover, which is nothing to compare.
  const after = hasFilm ? undefined : pictures[chosen];
  const photoUrl = isPhotoGone ? undefined : task.inputs[0]?.url;
  return (
    <>
      {after && photoUrl !== undefined && (
        <section>
          <h2 className="visually-hidden">{say('compareTitle')}</h2>
          <Compare
            beforeUrl={photoUrl}
            afterUrl={after.url}
            afterName={outputName(after.name, say)}
            shape={after}
            onBeforeMissing={() => setPhotoGone(true)}
          />
        </section>
      )}
      <OtherResults outputs={outputs} />
      <section>
        <div className="section-head">
          <h2>{say('resultsTitle')}</h2>
          <a className="button button-small" href={againHash(task)}>
            <Icon name="retry" size={16} /> {say('makeAgain')}
          </a>
          <DownloadAll task={task} />
        </div>
        <ul className="results">
          {outputs.map((output) => {
            const index = pictures.indexOf(output);
            return (
              <Result
                key={output.name}
                output={output}
                isChosen={after !== undefined && output === after && photoUrl !== undefined}
                onChoose={() => setChosen(index)}
                onOpen={() => setOpened(index)}
              />
            );
          })}
        </ul>
      </section>
      {opened !== null && (
        <Lightbox
          pictures={pictures.map(({ url, name }) => ({ url, name: outputName(name, say) }))}
          index={opened}
          onMove={setOpened}
          onClose={() => setOpened(null)}
        />
      )}
    </>
  );
}

/** The same card with the same photo, which is not sent again while it is kept. */
function againHash({ taskId, featureId, inputs }: Task): string {
  const [photo] = inputs;
  const assetId = photo?.url === undefined ? undefined : encodeURIComponent(`${taskId}/${photo.n}`);
  return assetId === undefined ? `#/create/${featureId}` : `#/create/${featureId}/${assetId}`;
}

interface ResultProps {
  readonly output: TaskOutput;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}

function Result({ output, isChosen, onChoose, onOpen }: ResultProps) {
  const { say, language } = useText();
  const name = outputName(output.name, say);
  const { origin, notes } = sortFlags(output.flags);
  return (
    <li className={`result${isChosen ? ' result-chosen' : ''}`}>
      {isPicture(output) && (
        <button
          type="button"
          className={`result-picture${output.contentType === 'image/png' ? ' checkered' : ''}`}
          aria-label={say('view', { name })}
          onClick={onOpen}
          onMouseEnter={onChoose}
          onFocus={onChoose}
        >
          <img src={output.url} alt="" loading="lazy" decoding="async" />
        </button>
      )}
      <div className="result-foot">
        <div className="result-text">
          <p className="result-name">{name}</p>
          <p className="hint">
            {output.width > 0 && `${output.width}×${output.height} · `}
            {formatBytes(output.sizeBytes)}
          </p>
          {origin !== undefined && <p className="hint">{flagText(origin, say)}</p>}
          {notes.length > 0 && (
            <p className="hint warn-text">
              {say('flagTitle')}: {notes.map((flag) => flagText(flag, say)).join(language === 'en' ? ', ' : '、')}
            </p>
          )}
          <p className="hint">{say('keptUntil', { day: formatDay(output.expiresAtMs, language) })}</p>
          {canContinue(output) && (
            <p className="hint">
              <a href={`#/continue/${encodeURIComponent(output.assetId)}`} aria-label={say('continueNamed', { name })}>
                {say('continueWith')}
              </a>
            </p>
          )}
        </div>
        <button
          type="button"
          className="icon-button"
          aria-label={say('downloadNamed', { name })}
          onClick={() => void download(output).catch(() => toast(say('downloadFailed'), 'bad'))}
        >
          <Icon name="download" />
        </button>
      </div>
    </li>
  );
}

/** Through memory: a link to another origin would open the picture instead of saving it. */
async function download({ url, name }: TaskOutput): Promise<void> {
  saveFile(await (await fetchObject(url)).blob(), name);
}

function DownloadAll({ task }: { readonly task: Task }) {
  const { say } = useText();
  const [isBusy, setBusy] = useState(false);
  const pack = async (): Promise<void> => {
    setBusy(true);
    try {
      const folder = `${task.featureId}-${task.taskId.slice(-6)}`;
      const files = task.outputs.map(({ name, url }) => ({ path: `${folder}/${name}`, url }));
      const { archive, missing } = await packFiles(files, () => undefined);
      saveFile(archive, `${folder}.zip`);
      if (missing > 0) toast(say('packedShort', { n: missing }), 'bad');
    } catch {
      toast(say('downloadFailed'), 'bad');
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" className="button button-primary button-small" disabled={isBusy} onClick={() => void pack()}>
      <Icon name="download" size={16} /> {say(isBusy ? 'zipping' : 'downloadAll')}
    </button>
  );
}
