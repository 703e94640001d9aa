import type { Service } from '../../../infra/serverless/service.ts';
import { addressedTo, type CosEvent } from '../cos/cos-event.ts';
import type { Scf } from './scf.ts';

/** COS triggers: an event invokes, asynchronously, the one function whose rule (event, prefix, suffix) its key matches. */
export function createCosDispatcher(service: Service, scf: Scf): (bucketName: string, event: CosEvent) => void {
  const triggers = service.functions.flatMap((entry) => entry.cos.map((trigger) => ({ entry, trigger })));
  return (_bucketName, event) => {
    const [record] = event.Records;
    if (!record) return;
    const { cosBucket, cosObject } = record.cos;
    const bucket = `${cosBucket.name}-${cosBucket.appid}`;
    const key = cosObject.key.slice(`/${cosBucket.appid}/${cosBucket.name}/`.length);
    for (const { entry, trigger } of triggers) {
      const fits =
        trigger.bucket.split('.')[0] === bucket &&
        matchesEvent(trigger.events, record.event.eventName) &&
        key.startsWith(trigger.prefix) &&
        key.endsWith(trigger.suffix);
      if (fits) scf.invokeAsync(entry.name, addressedTo(event, entry.namespace, entry.name));
    }
  };
}

function matchesEvent(rule: string, name: string): boolean {
  return rule.endsWith(':*') ? name.startsWith(rule.slice(0, -1)) : rule === name;
}
