import { type CloudStage, cloudStage } from '../cloud-stage.ts';
import { type BoundedDisk, boundDisk, whyNoBoundedDisk } from './bounded-disk.ts';
import { LoadMerchant } from './load-merchant.ts';
import { newLoadRecord } from './load-record.ts';
import { askAgain, CHEAP_CARD_ID } from './run-load.ts';

/** Where faults happen: a cloud with merchants in it, its database's data on a disk that can be filled. */
export interface FaultGround {
  readonly stage: CloudStage;
  readonly merchants: readonly LoadMerchant[];
  /** Null where it cannot be bounded. */
  readonly disk: BoundedDisk | null;
  readonly close: () => Promise<void>;
}

const MERCHANTS = 4;
/** Of one function at once. */
const MAX_THREADS = 2;
/**
 * As in production. Without one InnoDB shows a commit to others before it is on the disk, and a retry could be told of a
 * task that a crash then takes away. It lies with the data, on the disk that can be filled: InnoDB alone takes room so seldom that hardly a
 * commit would meet a full one.
 */
const BINARY_LOG = ['--log-bin=binlog', '--sync-binlog=1', '--binlog-format=ROW'];
/** A card that is done in a tenth of a second: some of the load's tasks succeed. */
const CHEAP_CARD = `INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs,
    form_json, pipeline_json, outputs_json, position)
  SELECT '${CHEAP_CARD_ID}', 1, name_zh, name_en, category, summary_zh, summary_en, 2, access, 1, 1, form_json,
    '[{"name":"enhance","nameZh":"增强","nameEn":"Enhance","processor":"enhance","inputs":[{"form":"photo"}],"params":{},"units":1,"timeLimitSeconds":240,"attempts":3,"engines":["embedded"],"results":["enhanced.jpg"]}]',
    '[{"name":"enhanced.jpg","contentType":"image/jpeg"}]', 90
  FROM features WHERE id = 'basic_clean'`;
export const MAX_CONNECTIONS = 60;

/** Each merchant has one plan; `seed` numbers the phones. */
export async function openFaultGround(seed: number): Promise<FaultGround> {
  const stage = await cloudStage({ maxThreads: MAX_THREADS }, { maxConnections: MAX_CONNECTIONS, options: BINARY_LOG });
  let disk: BoundedDisk | null = null;
  const close = async (): Promise<void> => {
    await stage.cloud.close();
    await stage.database.kill9();
    await disk?.unmount();
    await stage.close();
  };
  try {
    if (whyNoBoundedDisk() === null) disk = await boundDisk(stage.database);
    await stage.db.write(CHEAP_CARD);
    const merchants: LoadMerchant[] = [];
    for (let m = 0; m < MERCHANTS; m++) {
      const merchant = await LoadMerchant.signIn(
        stage.cloud,
        `139${String((seed * MERCHANTS + m) % 1e8).padStart(8, '0')}`,
      );
      await buyFirstPlan(merchant);
      merchants.push(merchant);
    }
    return { stage, merchants, disk, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function buyFirstPlan(merchant: LoadMerchant): Promise<void> {
  const record = newLoadRecord();
  const input = { planId: 'monthly_99', channel: 'wechat' };
  const orderId = await askAgain({ kind: 'order', merchant, input, keys: ['first'] }, record);
  if (orderId === undefined) throw new Error(`the first plan could not be ordered: ${record.wrong.join('; ')}`);
  const { cashier } = merchant.cloud;
  cashier.pay(orderId);
  const isPaid = () =>
    cashier.sent().some(({ outTradeNo, status }) => outTradeNo === orderId && status < 300 && status > 0);
  for (let waitedMs = 0; !isPaid(); waitedMs += 20) {
    if (waitedMs > 15_000) throw new Error('the first plan was not settled');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
