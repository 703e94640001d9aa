import { type FormEvent, useState } from 'react';
import { type Marks, marksAnything, writeMarks } from '../../../../shared/contract/marks.ts';
import { readError } from '../../ui/read-error.ts';
import { toast } from '../../ui/toasts.tsx';
import { go } from '../router.ts';
import type { NewUpload } from '../uploads/upload-queue.ts';
import { useTold } from '../use-api.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { type Card, MAX_AT_ONCE, photoFieldOf, removalFieldOf } from './card-form.ts';
import { useChosenPhotos } from './chosen-photos.ts';
import { CostSummary } from './cost-summary.tsx';
import { FormFields } from './form-fields.tsx';
import { NO_MARKS } from './marks-drawing.tsx';
import { PhotoField } from './photo-field.tsx';
import { RemovalField } from './removal-field.tsx';
import { useCardForm } from './use-card-form.ts';

/** Photos of this device, each a task of its own; one at a time where something is to be painted over. */
export function PhotosForm({ card }: { readonly card: Card }) {
  const { say, language } = useText();
  const { uploads } = useWorkspace();
  const form = useCardForm(card);
  const told = useTold().data;
  const removal = removalFieldOf(card);
  const most = removal ? 1 : Math.min(MAX_AT_ONCE, told?.settings.batchPhotos ?? MAX_AT_ONCE);
  const chosen = useChosenPhotos(most);
  const [isSending, setSending] = useState(false);
  /** Of the photo that it was drawn on: another one has marks of its own. */
  const [drawn, setDrawn] = useState<{ readonly file: File; readonly marks: Marks } | null>(null);
  const [isAsked, setAsked] = useState(false);
  const good = chosen.photos.flatMap(({ check, file, name }) => (check?.ok ? [{ check, file, name }] : []));
  const isChecking = chosen.photos.some(({ check }) => check === null);
  const marks = drawn !== null && drawn.file === good[0]?.file ? drawn.marks : NO_MARKS;
  const isUnmarked = removal !== undefined && !marksAnything(marks);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    if (!form.check(good.length > 0) || isUnmarked || isChecking || isSending) return;
    setSending(true);
    const filled = form.filled();
    const values = removal ? { ...filled, [removal.name]: writeMarks(marks) } : filled;
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
        {removal && good[0] && (
          <RemovalField
            label={language === 'en' ? removal.labelEn : removal.labelZh}
            photo={good[0].file}
            marks={marks}
            error={isAsked && isUnmarked ? say('removalNeeded') : undefined}
            onChange={(next) => good[0] && setDrawn({ file: good[0].file, marks: next })}
          />
        )}
      </div>
      <CostSummary card={card} photos={good.length} isBusy={isSending || isChecking} />
    </form>
  );
}
