import { type FormEvent, useState } from 'react';
import { Failure, Loading } from '../../ui/messages.tsx';
import { toast } from '../../ui/toasts.tsx';
import { type Card, isOffered, MAX_AT_ONCE } from '../forms/card-form.ts';
import { useChosenPhotos } from '../forms/chosen-photos.ts';
import {
  type FieldValue,
  fieldProblem,
  initialValue,
  isAskedField,
  isAskedFor,
  isPhotoField,
} from '../forms/field-spec.ts';
import { FormFields } from '../forms/form-fields.tsx';
import { outputName } from '../output-name.ts';
import { readError } from '../read-error.ts';
import { go } from '../router.ts';
import type { NewUpload } from '../uploads/upload-queue.ts';
import { useFeatures, useQuota } from '../use-api.ts';
import { useText } from '../use-text.ts';
import { useWorkspace } from '../workspace.ts';
import { NotFoundPage } from './not-found-page.tsx';

export function CreatePage({ featureId }: { readonly featureId: string }) {
  const { say } = useText();
  const features = useFeatures();
  if (features.isPending) {
    return (
      <div className="page">
        <h1 tabIndex={-1}>{say('loading')}</h1>
        <Loading />
      </div>
    );
  }
  if (features.isError) return <Failure error={features.error} onRetry={() => void features.refetch()} />;
  const card = features.data.features.find((one) => one.featureId === featureId && isOffered(one));
  return card ? <CreateForm card={card} /> : <NotFoundPage />;
}

function CreateForm({ card }: { readonly card: Card }) {
  const { say, language } = useText();
  const { uploads } = useWorkspace();
  const fields = card.form.filter(isAskedField);
  const photoField = fields.find(isPhotoField);
  const chosen = useChosenPhotos(MAX_AT_ONCE);
  const [values, setValues] = useState<Record<string, FieldValue>>(() =>
    Object.fromEntries(fields.flatMap((field) => (isPhotoField(field) ? [] : [[field.name, initialValue(field)]]))),
  );
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [isSending, setSending] = useState(false);
  const good = chosen.photos.flatMap(({ check, file, name }) => (check?.ok ? [{ check, file, name }] : []));
  const isChecking = chosen.photos.some(({ check }) => check === null);

  const problems = (): Record<string, string> => {
    const found: Record<string, string> = {};
    for (const field of fields.filter((one) => isAskedFor(one, values))) {
      if (isPhotoField(field)) {
        if (good.length === 0) found[field.name] = say('photoNeeded');
        continue;
      }
      const problem = fieldProblem(field, values[field.name] ?? '');
      if (problem) found[field.name] = say(...problem);
    }
    return found;
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const found = problems();
    setErrors(found);
    if (Object.keys(found).length > 0 || isChecking || isSending) return;
    setSending(true);
    const photos = good.map(({ check, file, name }): NewUpload => {
      const { contentType, previewUrl } = check;
      const asked = fields.filter((field) => !isPhotoField(field) && isAskedFor(field, values));
      const filled = Object.fromEntries(asked.map((field) => [field.name, values[field.name] ?? '']));
      return {
        featureId: card.featureId,
        name,
        file,
        contentType,
        previewUrl,
        ...(asked.length > 0 && { values: filled }),
      };
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
        if (upload?.taskId === undefined && upload?.state !== 'failed' && upload?.state !== 'offline') return;
        stop();
        resolve();
        setSending(false);
        if (upload.taskId !== undefined) return go(`#/tasks/${upload.taskId}`);
        if (upload.state === 'offline') return go('#/queue');
        toast(readError(upload.error, say).message, 'bad');
        void uploads.cancel(id);
      });
    });

  return (
    <form className="page" onSubmit={(event) => void submit(event)} noValidate>
      <div className="page-head">
        <div>
          <h1 tabIndex={-1}>{language === 'en' ? card.nameEn : card.nameZh}</h1>
          <p className="muted">{language === 'en' ? card.summaryEn : card.summaryZh}</p>
        </div>
      </div>
      <div className="create">
        <div className="create-fields">
          <FormFields
            fields={fields}
            chosen={chosen}
            values={values}
            errors={good.length > 0 ? { ...errors, [photoField?.name ?? '']: '' } : errors}
            onChange={(name, value) => setValues((all) => ({ ...all, [name]: value }))}
          />
        </div>
        <Summary card={card} photos={good.length} isBusy={isSending || isChecking} />
      </div>
    </form>
  );
}

interface SummaryProps {
  readonly card: Card;
  readonly photos: number;
  readonly isBusy: boolean;
}

/** What it takes and what is left, before the button. */
function Summary({ card, photos, isBusy }: SummaryProps) {
  const { say } = useText();
  const available = useQuota().data?.available;
  const cost = photos * card.credits;
  const short = available === undefined ? 0 : Math.max(0, cost - available);
  const cannotStart = available !== undefined && available < Math.max(cost, card.credits);
  return (
    <aside className="summary" aria-label={say('summary')}>
      <p className="tile-label">{say('summary')}</p>
      <p className="tile-figure" data-testid="cost">
        {cost}
      </p>
      <p className="hint">{say('summaryLine', { photos, credits: card.credits })}</p>
      <dl className="pairs-list">
        <div>
          <dt>{say('balanceNow')}</dt>
          <dd>{available ?? '…'}</dd>
        </div>
        <div>
          <dt>{say('balanceAfter')}</dt>
          <dd>{available === undefined ? '…' : Math.max(0, available - cost)}</dd>
        </div>
      </dl>
      {cannotStart ? (
        <>
          {short > 0 && <p className="bad-text">{say('short', { n: short })}</p>}
          <a className="button button-primary button-wide button-large" href="#/membership">
            {say('buyPlan')}
          </a>
        </>
      ) : (
        <button type="submit" className="button button-primary button-wide button-large" disabled={isBusy}>
          {say(isBusy && photos > 0 ? 'submitting' : 'submit')}
        </button>
      )}
      <p className="hint">{say('refundPromise')}</p>
      <p className="tile-label">{say('results')}</p>
      <ul className="results-promised">
        {card.outputs.map(({ name }) => (
          <li key={name}>{outputName(name, say)}</li>
        ))}
      </ul>
    </aside>
  );
}
