import type { DesiredFunction } from './desired-function.ts';
import type { ScfCall } from './scf-call.ts';

/** Reserves the memory of as many instances as the function may have, or nothing. */
export async function setConcurrency(call: ScfCall, { name, namespace, reservedMb }: DesiredFunction): Promise<void> {
  const place = { FunctionName: name, Namespace: namespace };
  const { ReservedMem = 0 } = await call('GetReservedConcurrencyConfig', place);
  if (ReservedMem === (reservedMb ?? 0)) return;
  if (reservedMb === null) await call('DeleteReservedConcurrencyConfig', place);
  else await call('PutReservedConcurrencyConfig', { ...place, ReservedConcurrencyMem: reservedMb });
}
