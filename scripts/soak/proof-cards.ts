import { FEATURES, PLANS } from './simulation/world.ts';

/** SQL that adds the cards and plans of the proofs: several steps, units, photos, attempts, prices and accesses. */
export function proofCards(): string {
  const outputs = '[{"name":"white.jpg","contentType":"image/jpeg"}]';
  const cards = FEATURES.filter(({ id }) => id !== 'basic_clean').map(
    ({ id, credits, access, open, maxPhotos, steps }) => {
      const pipeline = steps.map(({ units, limitSeconds, attempts, share }) => ({
        ...{ processor: 'basic-clean', units, timeLimitSeconds: limitSeconds, attempts },
        ...(share !== undefined && { shareCredits: share }),
      }));
      return `('${id}', 1, '', '', 'proof', '', '', ${credits}, '${access}', ${open ? 1 : 0}, ${maxPhotos},
      '${JSON.stringify(pipeline)}', '${outputs}', 9)`;
    },
  );
  const plans = PLANS.filter(({ id }) => id !== 'monthly_99').map(
    ({ id, amountFen, credits, days, access, onSale }) =>
      `('${id}', '', '', ${amountFen}, ${credits}, ${days}, '${access}', ${onSale ? 1 : 0}, 9)`,
  );
  return `INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled,
      max_inputs, pipeline_json, outputs_json, position) VALUES ${cards.join(', ')};
    INSERT INTO plans (id, name_zh, name_en, amount_fen, credits, days, access, on_sale, position) VALUES ${plans.join(', ')}`;
}
