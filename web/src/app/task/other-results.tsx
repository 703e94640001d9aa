import { useQuery } from '@tanstack/react-query';
import { fetchObject } from '../../core/fetch-object.ts';
import { Failure, Loading } from '../../ui/messages.tsx';
import { toast } from '../../ui/toasts.tsx';
import { outputName } from '../output-name.ts';
import { useText } from '../use-text.ts';
import { readPlatformReport } from './platform-report.ts';
import { ReportTable } from './report-table.tsx';
import type { TaskOutput } from './task-shape.ts';

/** Longer texts are downloaded, not shown. */
const MAX_SHOWN_BYTES = 256 * 1024;
const REPORT = 'platform-report.json';

export const isPicture = ({ contentType }: TaskOutput): boolean => contentType.startsWith('image/');
const isVideo = ({ contentType }: TaskOutput): boolean => contentType.startsWith('video/');
const isShownText = ({ contentType, name, sizeBytes }: TaskOutput): boolean =>
  (contentType.startsWith('text/plain') || name === REPORT) && sizeBytes <= MAX_SHOWN_BYTES;

/** Results that are no pictures: films with the browser's own player, texts to copy, the report of a platform pack. */
export function OtherResults({ outputs }: { readonly outputs: readonly TaskOutput[] }) {
  const { say } = useText();
  const poster = outputs.find(isPicture)?.url;
  return (
    <>
      {outputs.filter(isVideo).map(({ name, url }) => (
        <section key={name}>
          <h2 className="visually-hidden">{outputName(name, say)}</h2>
          <video
            className="film"
            src={url}
            {...(poster !== undefined && { poster })}
            controls
            playsInline
            preload="metadata"
            aria-label={outputName(name, say)}
          />
        </section>
      ))}
      {outputs.filter(isShownText).map((output) => (
        <TextResult key={output.name} output={output} />
      ))}
    </>
  );
}

function TextResult({ output }: { readonly output: TaskOutput }) {
  const { say } = useText();
  const { assetId, name, url } = output;
  const text = useQuery({
    queryKey: ['text', assetId],
    queryFn: async ({ signal }) => (await fetchObject(url, signal)).text(),
    // A result never changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (text.isPending) return <Loading />;
  if (text.isError) return <Failure error={text.error} onRetry={() => void text.refetch()} />;
  if (name === REPORT) {
    const report = readPlatformReport(text.data);
    return report && <ReportTable report={report} />;
  }
  const copy = (): void => {
    void navigator.clipboard?.writeText(text.data).then(() => toast(say('copied')));
  };
  return (
    <section>
      <div className="section-head">
        <h2>{outputName(name, say)}</h2>
        <button type="button" className="button button-small" onClick={copy}>
          {say('textCopy')}
        </button>
      </div>
      <pre className="text-result">{text.data}</pre>
    </section>
  );
}
