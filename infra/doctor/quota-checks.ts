import type { ScfCall } from '../deploy/scf-call.ts';
import { reservedMemoryMb, sharedFloorMb } from '../serverless/reserved-memory.ts';
import type { Service } from '../serverless/service.ts';
import { type Check, ok, wrong } from './finding.ts';

const ASK_FOR_MORE = 'ask for more: SCF console, 资源配额, or a ticket (583/11637); or another region';

/** What the account may still hold in this region, against what the service asks for. */
export function quotaChecks(scf: ScfCall, service: Service): Check[] {
  return [
    {
      name: 'quotas',
      look: async () => {
        const { AccountUsage: usage, AccountLimit: limit } = await scf('GetAccount', null);
        const wanted = [...new Set(service.functions.map(({ namespace }) => namespace))];
        const held = new Map(usage?.Namespace?.map((one) => [one.Namespace, one]));
        const isNew = wanted.filter((name) => !held.has(name));
        const namespaces = (usage?.NamespacesCount ?? 0) + isNew.length;
        const mostNamespaces = limit?.NamespacesCount ?? 0;
        // What others of this account have reserved stays theirs.
        const oursMb = wanted.reduce((sum, name) => sum + (held.get(name)?.TotalAllocatedConcurrencyMem ?? 0), 0);
        const neededMb = (usage?.TotalAllocatedConcurrencyMem ?? 0) - oursMb + reservedMemoryMb(service.functions);
        const regionMb = usage?.TotalConcurrencyMem ?? 0;
        const floorMb = sharedFloorMb(service.functions);
        const tooMany = wanted.flatMap((name) => {
          const functions = service.functions.filter(({ namespace }) => namespace === name);
          const others = (held.get(name)?.Functions ?? []).filter((one) => !functions.some((own) => own.name === one));
          const most = limit?.Namespace?.find((one) => one.Namespace === name)?.FunctionsCount ?? DEFAULT_FUNCTIONS;
          const count = functions.length + others.length;
          return count > most
            ? [wrong('quota of functions', `${name} would have ${count}, it may have ${most}`, ASK_FOR_MORE)]
            : [];
        });
        return [
          namespaces > mostNamespaces
            ? wrong(
                'quota of namespaces',
                `${namespaces} are needed, the region allows ${mostNamespaces}`,
                ASK_FOR_MORE,
              )
            : ok('quota of namespaces', `${namespaces} of ${mostNamespaces}`),
          neededMb + floorMb > regionMb
            ? wrong(
                'quota of concurrency',
                `${neededMb} MB are reserved in all, ${floorMb} must be left to the other functions, the region has ${regionMb}`,
                ASK_FOR_MORE,
              )
            : ok('quota of concurrency', `${neededMb} of ${regionMb} MB reserved`),
          ...(tooMany.length > 0 ? tooMany : [ok('quota of functions', 'enough in each namespace')]),
        ];
      },
    },
  ];
}

/** Of a namespace that is not there yet. */
const DEFAULT_FUNCTIONS = 50;
