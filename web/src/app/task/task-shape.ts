import type * as z from 'zod/mini';
import type { task } from '../../../../shared/contract/tasks.ts';

export type Task = z.output<typeof task>;
export type TaskOutput = Task['outputs'][number];
