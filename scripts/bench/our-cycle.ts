import sharp from 'sharp';
import { systemClock } from '../../shared/clock.ts';
import type { DatabaseSecret } from '../../shared/config/secrets.ts';
import { type Database, openDatabase } from '../../shared/db/database.ts';
import { acceptInput } from '../../shared/tasks/accept-input.ts';
import { createTask } from '../../shared/tasks/create-task.ts';
import { runUnit } from '../../shared/tasks/run-unit.ts';
import { MERCHANTS } from './bench-stage.ts';
import { memoryObjects } from './memory-objects.ts';
import { merchantId } from './seed-merchants.ts';

/** A task's whole way by the product's own functions, with a card that does nothing. */
export interface OurCycle {
  readonly create: (lane: number) => Promise<string>;
  /** The photo's event: the task is queued and its unit planned. */
  readonly accept: (lane: number, taskId: string) => Promise<void>;
  /** The work object's event: claim, nothing, finish. */
  readonly finish: (lane: number, taskId: string) => Promise<void>;
  readonly databases: readonly Database[];
  readonly close: () => Promise<void>;
}

let keys = 0;

/** `lanes` connections, each for one thing at a time, as instances have them. */
export async function ourCycle(secret: DatabaseSecret, lanes: number): Promise<OurCycle> {
  const photo = await sharp({ create: { width: 800, height: 800, channels: 3, background: '#7799aa' } })
    .png()
    .toBuffer();
  const objects = memoryObjects(photo);
  const databases = Array.from({ length: lanes }, () => openDatabase({ readSecret: async () => secret }));
  const inputs = [{ contentType: 'image/png' as const, sizeBytes: photo.length }];
  const nothing = { 'basic-clean': async () => [] };
  const fail = (failure: { error: unknown }): never => {
    throw failure.error;
  };
  const expected = (got: string, wanted: string): void => {
    if (got !== wanted) throw new Error(`a task's way: ${got} instead of ${wanted}`);
  };
  return {
    databases,
    create: async (lane) => {
      const merchant = merchantId(Math.floor(Math.random() * MERCHANTS));
      const task = { merchantId: merchant, featureId: 'basic_clean', inputs, requestHash: 'a'.repeat(64) };
      const request = { ...task, idempotencyKey: `cycle-${++keys}`, nowMs: systemClock() };
      return (await createTask(databases[lane]!, request)).taskId;
    },
    accept: async (lane, taskId) => {
      const services = { db: databases[lane]!, objects };
      expected(await acceptInput(services, { taskId, index: 0 }, systemClock()), 'queued');
    },
    finish: async (lane, taskId) => {
      const services = { db: databases[lane]!, objects, clock: systemClock, processors: nothing, onFailure: fail };
      expected(await runUnit(services, { taskId, step: 0, unit: 0 }), 'succeeded');
    },
    close: async () => {
      await Promise.all(databases.map((db) => db.close()));
    },
  };
}
