import { type FormEvent, useState } from 'react';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { go } from '../router.ts';
import type { NewUpload } from '../uploads/upload-queue.ts';
import { useTold } from '../use-api.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { type Card, MAX_AT_ONCE, photoFieldOf } from './card-form.ts';
import { useChosenPhotos } from './chosen-photos.ts';
import { CostSummary } from './cost-summary.tsx';
import { FormFields } from './form-fields.tsx';
import { PhotoField } from './photo-field.tsx';
import { useCardForm } from './use-card-form.ts';

/** Photos of this device, each a task of its own. */
export function PhotosForm({ card }: { readonly card: Card }) {
  const { say, language } = useText();
  const { uploads } = useWorkspace();
  const form = useCardForm(card);
  const most = Math.min(MAX_AT_ONCE, useTold().data?.settings.batchPhotos ?? MAX_AT_ONCE);
  const chosen = useChosenPhotos(most);
  const [isSending, setSending] = useState(false);
  const good = chosen.photos.flatMap(({ check, file, name }) => (check?.ok ? [{ check, file, name }] : []));
  const isChecking = chosen.photos.some(({ check }) => check === null);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (!form.check(good.length > 0) || isChecking || isSending) return;
    setSending(true);
    const values = form.filled();
    const photos = good.map(({ check, file, name }): NewUpload => {
      const { contentType, previewUrl } = check;
      return { featureId: card.featureId, name, file, contentType, previewUrl, ...(values && { values }) };
    });
    const ids = await uploads.add(photos);
    chosen.clear(true);
    if (ids.length > 1) return go('#/queue');
    await followOne(ids[0] as string); // one photo was added
  };
  /** One photo: to its task as soon as there is one; why there is none is said here. */
  const followOne = (id: string): Promise<void> =>
    new Promise((resolve) => {
      const stop = uploads.subscribe(() => {
        const upload = uploads.list().find((one) => one.id === id);
        if (upload && upload.taskId === undefined && upload.state !== 'failed' && upload.state !== 'offline') return;
        stop();
        resolve();
        setSending(false);
        if (!upload) return;
        if (upload.taskId !== undefined) return go(`#/tasks/${upload.taskId}`);
        if (upload.state === 'offline') return go('#/queue');
        toast(readError(upload.error, say).message, 'bad');
        void uploads.cancel([id]);
      });
    });

  const field = photoFieldOf(card);
  return (
    <form className="create" onSubmit={(event) => void submit(event)} noValidate>
      <div className="create-fields">
        <FormFields
          form={form}
          photos={
            <PhotoField
              label={(language === 'en' ? field?.labelEn : field?.labelZh) ?? say('photos')}
              max={most}
              chosen={chosen}
              error={good.length > 0 ? undefined : form.errors[field?.name ?? '']}
            />
          }
        />
      </div>
      <CostSummary card={card} photos={good.length} isBusy={isSending || isChecking} />
    </form>
  );
}
