import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './import-graph.ts';

export const SERVICE_TEXT = readFileSync(join(ROOT, 'serverless.yml'), 'utf8');

/** Whatever the file asks of the environment; a bucket's name must end in a number, and a model would need a larger function. */
export const SERVICE_VARIABLES = {
  stage: 'test',
  env: {
    ...Object.fromEntries(
      [...SERVICE_TEXT.matchAll(/\$\{env:([A-Z_]+)/g)].map(([, name]) => [name as string, 'set-1']),
    ),
    CUTOUT_MODEL_PATH: '',
    API_DOMAIN: 'api.example.com',
    TENCENT_REGION: 'ap-guangzhou',
    DATABASE_CONNECTIONS: '800',
  },
};
