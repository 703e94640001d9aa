import type { Bucket } from './bucket.ts';
import type { CosRequest } from './cos-request.ts';
import type { StoredObject } from './object-store.ts';

export type CosEventName =
  | 'cos:ObjectCreated:Put'
  | 'cos:ObjectCreated:Copy'
  | 'cos:ObjectCreated:CompleteMultipartUpload'
  | 'cos:ObjectRemove:Delete';

/** What a COS trigger hands to a function, as recorded in production: `reqid` is 0 in every event. */
export type CosEvent = {
  Records: {
    cos: {
      cosBucket: { appid: string; cosRegion: string; name: string; region: string; s3Region: string };
      cosNotificationId: string;
      cosObject: { key: string; meta: Record<string, string>; size: number; url: string; vid: string };
      cosSchemaVersion: string;
    };
    event: {
      eventName: CosEventName;
      eventQueue: string;
      eventSource: string;
      /** Epoch seconds. */
      eventTime: number;
      eventVersion: string;
      reqid: number;
      requestParameters: { requestHeaders: Record<string, string>; requestSourceIP: string };
      reservedInfo: string;
    };
  }[];
};

/** The short names that stand in `cosBucket.region`. */
const SHORT_REGIONS: Record<string, string> = {
  'ap-beijing': 'bj',
  'ap-chengdu': 'cd',
  'ap-chongqing': 'cq',
  'ap-guangzhou': 'gz',
  'ap-hongkong': 'hk',
  'ap-nanjing': 'nj',
  'ap-shanghai': 'sh',
  'ap-singapore': 'sg',
};

/** COS does not know the function that it calls: whoever delivers the event names it with `addressedTo`. */
const UNADDRESSED = 'unaddressed';

export function cosEvent(bucket: Bucket, eventName: CosEventName, object: StoredObject, request: CosRequest): CosEvent {
  const { name, appId, region } = bucket;
  const authorization = request.header('authorization');
  const meta: Record<string, string> = {
    'Content-Type': object.headers['content-type'] ?? '',
    ETag: object.etag,
    'x-cos-request-id': request.requestId,
    'x-cos-storage-class': 'Standard',
  };
  for (const [header, value] of Object.entries(object.headers))
    if (header.startsWith('x-cos-meta-')) meta[header] = value;
  return {
    Records: [
      {
        cos: {
          cosBucket: {
            appid: appId,
            cosRegion: region,
            name,
            region: SHORT_REGIONS[region] ?? region,
            s3Region: region,
          },
          cosNotificationId: 'unkown',
          cosObject: {
            key: `/${appId}/${name}/${object.key}`,
            meta,
            size: object.sizeBytes,
            url: `http://${bucket.location(object.key)}`,
            vid: '',
          },
          cosSchemaVersion: '1.0',
        },
        event: {
          eventName,
          eventQueue: `qcs:0:scf:${region}:appid/${appId}:default.${UNADDRESSED}.$DEFAULT`,
          eventSource: 'qcs::cos',
          eventTime: Math.floor(request.nowMs / 1000),
          eventVersion: '1.0',
          reqid: 0,
          requestParameters: {
            requestHeaders: authorization === undefined ? {} : { Authorization: authorization },
            requestSourceIP: request.incoming.socket.remoteAddress ?? '127.0.0.1',
          },
          reservedInfo: '',
        },
      },
    ],
  };
}

/** The event as one function gets it: a copy that names its namespace and function. */
export function addressedTo(event: CosEvent, namespace: string, functionName: string): CosEvent {
  const copy = structuredClone(event);
  for (const { event: record } of copy.Records) {
    record.eventQueue = record.eventQueue.replace(`default.${UNADDRESSED}`, `${namespace}.${functionName}`);
  }
  return copy;
}
