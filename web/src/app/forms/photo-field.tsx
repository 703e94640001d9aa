import { type ChangeEvent, type DragEvent, useId, useRef, useState } from 'react';
import { INPUT_TYPES } from '../../../../shared/contract/tasks.ts';
import { formatBytes } from '../../core/format.ts';
import { FieldGroup } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useText } from '../use-text.ts';
import type { ChosenPhoto, ChosenPhotos } from './chosen-photos.ts';
import { droppedFiles } from './dropped-files.ts';

interface PhotoFieldProps {
  readonly label: string;
  readonly max: number;
  readonly chosen: ChosenPhotos;
  readonly error?: string | undefined;
}

/** Photos by dropping, pasting, picking, a whole folder or the camera, each with its preview and what is wrong with it. */
export function PhotoField({ label, max, chosen, error }: PhotoFieldProps) {
  const { say } = useText();
  const id = useId();
  const [isOver, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const take = (event: ChangeEvent<HTMLInputElement>): void => {
    chosen.add([...(event.target.files ?? [])].filter(({ name }) => !name.startsWith('.')));
    event.target.value = '';
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void droppedFiles(event.dataTransfer).then(chosen.add);
  };
  const accept = [...INPUT_TYPES, '.heic', '.heif'].join(',');
  const hidden = {
    type: 'file',
    className: 'visually-hidden',
    tabIndex: -1,
    'aria-hidden': true,
    onChange: take,
  } as const;
  return (
    <FieldGroup id={id} label={label} error={error ?? (chosen.overflowed ? say('tooMany', { n: max }) : undefined)}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is for the mouse; the buttons inside do the same */}
      <div
        className={`drop${isOver ? ' drop-over' : ''}${chosen.photos.length > 0 ? ' drop-small' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <Icon name="upload" size={30} />
        <p className="drop-title">{say('dropTitle')}</p>
        <p className="hint">{say('dropText')}</p>
        <div className="drop-buttons">
          <button type="button" className="button button-primary" onClick={() => files.current?.click()}>
            <Icon name="image" /> {say('choosePhotos')}
          </button>
          {max > 1 && (
            <button type="button" className="button wide-only" onClick={() => folder.current?.click()}>
              <Icon name="folder" /> {say('chooseFolder')}
            </button>
          )}
          <button type="button" className="button touch-only" onClick={() => camera.current?.click()}>
            <Icon name="camera" /> {say('takePhoto')}
          </button>
        </div>
        <p className="hint">{say('photoRules')}</p>
        <input {...hidden} ref={files} accept={accept} multiple={max > 1} data-testid="files" />
        <input {...hidden} ref={folder} {...{ webkitdirectory: '' }} multiple />
        <input {...hidden} ref={camera} accept="image/*" capture="environment" />
      </div>
      {chosen.photos.length > 0 && <PhotoList chosen={chosen} />}
    </FieldGroup>
  );
}

function PhotoList({ chosen }: { readonly chosen: ChosenPhotos }) {
  const { say } = useText();
  const bad = chosen.photos.filter(({ check }) => check?.ok === false).length;
  return (
    <>
      <div className="photo-count" role="status">
        <span>{say('photoCount', { n: chosen.photos.length })}</span>
        {bad > 0 && <span className="bad-text">{say('photoBad', { n: bad })}</span>}
        <button type="button" className="link" onClick={() => chosen.clear()}>
          {say('removeAll')}
        </button>
      </div>
      <ul className="photos">
        {chosen.photos.map((photo) => (
          <PhotoItem key={photo.id} photo={photo} onRemove={() => chosen.remove(photo.id)} />
        ))}
      </ul>
    </>
  );
}

function PhotoItem({ photo, onRemove }: { readonly photo: ChosenPhoto; readonly onRemove: () => void }) {
  const { say } = useText();
  const { check, file, name } = photo;
  return (
    <li className={`photo${check?.ok === false ? ' photo-bad' : ''}`}>
      <div className="photo-picture">
        {check?.ok ? <img src={check.previewUrl} alt="" /> : <Icon name={check ? 'alert' : 'image'} size={28} />}
      </div>
      <p className="photo-name" title={name}>
        {name}
      </p>
      <p className="hint">
        {check === null && say('checking')}
        {check?.ok && `${check.width}×${check.height} · ${formatBytes(file.size)}`}
        {check?.ok === false && say(check.problem)}
      </p>
      <button
        type="button"
        className="icon-button photo-remove"
        aria-label={say('remove', { name })}
        onClick={onRemove}
      >
        <Icon name="close" size={16} />
      </button>
    </li>
  );
}
