import { PLATFORM_LIMITS } from './platform-limits.ts';
import type { ServiceFunction } from './service.ts';

type Memory = Pick<ServiceFunction, 'memoryMb' | 'reservedConcurrency'>;

/** What all reservations take of the region's memory, whether or not an instance runs. */
export function reservedMemoryMb(functions: readonly Memory[]): number {
  return functions.reduce((sum, { reservedConcurrency, memoryMb }) => sum + (reservedConcurrency ?? 0) * memoryMb, 0);
}

/** The least that must be left for the functions that reserve nothing; 0 where there is none. */
export function sharedFloorMb(functions: readonly Memory[]): number {
  const sharing = functions.filter(({ reservedConcurrency }) => reservedConcurrency === null);
  return PLATFORM_LIMITS.sharedInstances * Math.max(0, ...sharing.map(({ memoryMb }) => memoryMb));
}
