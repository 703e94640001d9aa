import * as z from 'zod/mini';

/** One message of a COS trigger. The same message may come twice, late, out of order, or never. */
export type ObjectEvent = {
  /** `{name}-{appId}` */
  bucket: string;
  region: string;
  key: string;
  /** As COS sends it in HTTP: with its quotes. Absent in some events. */
  etag?: string;
  sizeBytes: number;
  /** Such as `cos:ObjectCreated:Put`, `cos:ObjectRemove:Delete`. */
  eventName: string;
  /** COS's id of the request that made the object: for logs only. */
  requestId?: string;
};

/** The event is not one that a COS trigger sends. `field` is the path of the first bad value. */
export class ObjectEventMalformed extends Error {
  override readonly name = 'ObjectEventMalformed';
  readonly field: string;
  constructor(field: string, rule: string) {
    super(`COS event: ${field}: ${rule}`);
    this.field = field;
  }
}

const digits = z.pipe(
  z.transform((value) => (typeof value === 'number' ? String(value) : value)),
  z.string().check(z.regex(/^\d{1,20}$/)),
);

/**
 * What the documented sample (https://cloud.tencent.com/document/product/583/9707) and events of production have in
 * common; everything else is ignored. `event.reqid` is not read on purpose: production sends 0 in every event.
 */
const CosEventSchema = z.object({
  Records: z
    .array(
      z.object({
        cos: z.object({
          cosBucket: z.object({
            name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]*$/)),
            appid: digits,
            region: z.optional(z.string()),
            cosRegion: z.optional(z.string()),
          }),
          cosObject: z.object({
            key: z.string(),
            size: z.int().check(z.nonnegative()),
            url: z.optional(z.string()),
            meta: z.optional(z.record(z.string(), z.unknown())),
          }),
        }),
        event: z.object({ eventName: z.string().check(z.minLength(1)), eventQueue: z.optional(z.string()) }),
      }),
    )
    .check(z.minLength(1)),
});

type CosRecord = z.infer<typeof CosEventSchema>['Records'][number];

/** Short names such as `cd` stand where a region should; only a full name (`ap-chengdu`) can address COS. */
function regionOf({ cos, event }: CosRecord): string | undefined {
  const inUrl = /^https?:\/\/[^/]+\.cos\.([a-z0-9-]+)\.myqcloud\.com\//.exec(cos.cosObject.url ?? '')?.[1];
  const candidates = [cos.cosBucket.cosRegion, event.eventQueue?.split(':')[3], inUrl, cos.cosBucket.region];
  return candidates.find((region) => region?.includes('-'));
}

function metaText(record: CosRecord, name: string): string | undefined {
  const found = Object.entries(record.cos.cosObject.meta ?? {}).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/**
 * @param event what the trigger handed over, not yet trusted
 * @throws ObjectEventMalformed
 */
export function parseObjectEvent(event: unknown): ObjectEvent[] {
  const parsed = z.safeParse(CosEventSchema, event);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ObjectEventMalformed(issue.path.join('.') || 'event', issue.message);
  }
  return parsed.data.Records.map((record, index) => {
    const { name, appid } = record.cos.cosBucket;
    const prefix = `/${appid}/${name}/`;
    const path = record.cos.cosObject.key;
    if (!path.startsWith(prefix) || path.length === prefix.length) {
      throw new ObjectEventMalformed(
        `Records.${index}.cos.cosObject.key`,
        `must begin with ${prefix} and name an object`,
      );
    }
    const region = regionOf(record);
    if (!region) throw new ObjectEventMalformed(`Records.${index}.cos.cosBucket.cosRegion`, 'no region can be told');
    const etag = metaText(record, 'etag');
    const requestId = metaText(record, 'x-cos-request-id');
    return {
      bucket: `${name}-${appid}`,
      region,
      key: path.slice(prefix.length),
      ...(etag && { etag: etag.startsWith('"') ? etag : `"${etag}"` }),
      sizeBytes: record.cos.cosObject.size,
      eventName: record.event.eventName,
      ...(requestId && { requestId }),
    };
  });
}
