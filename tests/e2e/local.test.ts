import { afterAll, beforeAll } from 'vitest';
import { type CloudStage, cloudStage } from '../../scripts/soak/cloud-stage.ts';
import { mainJob } from './main-job.ts';
import { payByAlipay } from './pay-by-alipay.ts';
import type { Place } from './place.ts';

// The whole suite on the local cloud, with the bundles that deploy.

let stage: CloudStage;
const copies: Place['copies'] = new Map();
beforeAll(async () => {
  stage = await cloudStage({ copiesOf: (name) => copies.get(name) ?? 1 });
});
afterAll(() => stage?.close());

const place: Place = { name: 'on the local cloud', stage: () => stage, copies, isWhole: true };
payByAlipay(place);
mainJob(place);
