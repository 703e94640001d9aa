import type * as z from 'zod/mini';
import type { listOperators } from '../../../../shared/contract/ops-operators.ts';

export type OperatorRow = z.output<typeof listOperators.output>['items'][number];
