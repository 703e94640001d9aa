import { PLATFORM_LIMITS } from './platform-limits.ts';
import { reservedMemoryMb } from './reserved-memory.ts';
import type { Service } from './service.ts';

/**
 * The most connections that the functions can hold at once: one an instance. Those without a reservation share what the
 * region has left.
 */
export function databaseConnections({ functions }: Pick<Service, 'functions'>): number {
  const connecting = functions.filter(({ access }) => access.secrets.includes('database'));
  const reserved = connecting.reduce((sum, one) => sum + (one.reservedConcurrency ?? 0), 0);
  const sharing = connecting.filter((one) => one.reservedConcurrency === null).map(({ memoryMb }) => memoryMb);
  const leftMb = Math.max(0, PLATFORM_LIMITS.regionConcurrencyMb - reservedMemoryMb(functions));
  return reserved + (sharing.length === 0 ? 0 : Math.floor(leftMb / Math.min(...sharing)));
}
