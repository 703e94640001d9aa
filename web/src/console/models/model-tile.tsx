import { useState } from 'react';
import { Icon } from '../../ui/icon.tsx';
import { Tag } from '../../ui/state-tag.tsx';
import { useConsole } from '../console-context.ts';
import { useText } from '../use-text.ts';
import type { ModelPhoto, Pose } from './model-photo.ts';
import { PhotoStateDialog } from './photo-state-dialog.tsx';
import { PhotoUploadDialog } from './photo-upload-dialog.tsx';

interface ModelTileProps {
  readonly pose: Pose;
  readonly photo: ModelPhoto | undefined;
}

/** One pose: what is in use, what waits, and what can be done about it. */
export function ModelTile({ pose, photo }: ModelTileProps) {
  const { say } = useText();
  const { canWrite } = useConsole();
  const [doing, setDoing] = useState<'upload' | 'use' | 'stop' | null>(null);
  const { url, pendingUrl, enabled = false } = photo ?? {};
  const newest = pendingUrl ?? url;
  const close = (): void => setDoing(null);
  return (
    <li className="model">
      <div className="model-pictures">
        {url !== undefined && (
          <Picture
            url={url}
            name={pose.name}
            tone={enabled ? 'good' : 'plain'}
            text={enabled ? 'photoInUse' : 'photoStopped'}
          />
        )}
        {pendingUrl !== undefined && <Picture url={pendingUrl} name={pose.name} tone="busy" text="photoWaits" />}
        {newest === undefined && (
          <p className="model-none">
            <Icon name="image" size={26} /> {say('photoNone')}
          </p>
        )}
      </div>
      <h2>{pose.name}</h2>
      {canWrite && (
        <div className="buttons">
          <button type="button" className="button button-small" onClick={() => setDoing('upload')}>
            {say('photoUpload')}
          </button>
          {newest !== undefined && (pendingUrl !== undefined || !enabled) && (
            <button type="button" className="button button-small" onClick={() => setDoing('use')}>
              {say('photoUse')}
            </button>
          )}
          {enabled && (
            <button type="button" className="button button-small button-danger" onClick={() => setDoing('stop')}>
              {say('photoStop')}
            </button>
          )}
        </div>
      )}
      {doing === 'upload' && <PhotoUploadDialog pose={pose} onClose={close} />}
      {doing === 'use' && <PhotoStateDialog pose={pose} enabled url={newest} onClose={close} />}
      {doing === 'stop' && <PhotoStateDialog pose={pose} enabled={false} url={url} onClose={close} />}
    </li>
  );
}

interface PictureProps {
  readonly url: string;
  readonly name: string;
  readonly tone: 'good' | 'plain' | 'busy';
  readonly text: 'photoInUse' | 'photoStopped' | 'photoWaits';
}

function Picture({ url, name, tone, text }: PictureProps) {
  const { say } = useText();
  return (
    <figure>
      <img src={url} alt={`${name} · ${say(text)}`} loading="lazy" />
      <figcaption>
        <Tag tone={tone}>{say(text)}</Tag>
      </figcaption>
    </figure>
  );
}
