import type * as z from 'zod/mini';
import type { traceTask } from '../../../../shared/contract/ops-tasks.ts';

export type TaskTrace = z.output<typeof traceTask.output>;
