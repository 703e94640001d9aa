import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './import-graph.ts';
import { listFiles } from './list-files.ts';
import { looseStatements } from './merchant-keys.ts';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Tables whose rows have a merchant; which have none, and why, is listed by the suite of the database. */
const owned = new Set(
  listFiles(ROOT, ['infra/migrations']).flatMap((file) =>
    [...read(file).matchAll(/^CREATE TABLE (\w+) \(\n([\s\S]*?)\n\)/gm)]
      .filter(([, name, body]) => name === 'merchants' || /^ {2}merchant_id /m.test(body as string))
      .map(([, name]) => name as string),
  ),
);
const procedures = listFiles(ROOT, ['infra/procedures']);

describe('every statement of a procedure that touches a merchant is keyed by that merchant', () => {
  it.each(procedures)('%s', (file) => {
    expect(looseStatements(read(file), owned)).toEqual([]);
  });

  it('and would not be without its own keys: each procedure, its identities renamed, is reported', () => {
    const nameless = (text: string): string =>
      text.replaceAll(
        /\bp_(?:new_merchant|merchant|task|order|transaction|refund|lot|withdrawal)_id\b|\bp_phone\b|\bp_out_trade_no\b|\bp_token_hash\b/g,
        'p_some',
      );
    const quiet = procedures.filter((file) => looseStatements(nameless(read(file)), owned).length === 0);
    const ownNobody = [
      ...[
        'create_redeem_batch_v1',
        'end_announcement_v1',
        'issue_login_code_v1',
        'note_write_v1',
        'publish_announcement_v1',
        'resolve_case_v1',
        'revoke_redeem_batch_v2',
        'save_card_v1',
        'save_growth_v1',
        'save_model_photo_v1',
        'save_plan_v1',
        'save_presets_v1',
        'save_settings_v1',
        'take_rate_v1',
      ],
    ];
    expect(quiet.sort()).toEqual(ownNobody.map((name) => `infra/procedures/${name}.sql`));
  });

  it('reads what there is', () => {
    expect(procedures.length).toBeGreaterThan(15);
    expect([...owned]).toEqual(expect.arrayContaining(['merchants', 'accounts', 'tasks', 'quota_lots', 'payments']));
  });
});

describe('a statement that is not keyed is found', () => {
  const procedure = (body: string): string =>
    `CREATE PROCEDURE x(IN p_merchant_id VARCHAR(32), IN p_now DATETIME(3)) BEGIN ${body} END`;
  const tables = (body: string): string[] => looseStatements(procedure(body), owned).map(({ table }) => table);

  it.each([
    ['without a key', 'UPDATE tasks SET step = 1 WHERE deadline_at < p_now;', 'tasks'],
    ['by another column', "SELECT COUNT(*) INTO v_n FROM tasks WHERE state = 'queued';", 'tasks'],
    ['by a key or something else', 'UPDATE tasks SET step = 1 WHERE merchant_id = p_merchant_id OR step = 0;', 'tasks'],
    [
      'by what nobody owns',
      'SELECT id INTO v_id FROM plans LIMIT 1; DELETE FROM orders WHERE merchant_id = v_other;',
      'orders',
    ],
    [
      'by what a loose statement read',
      'SELECT id INTO v_id FROM tasks LIMIT 1; UPDATE task_units SET step = 1 WHERE task_id = v_id;',
      'tasks',
    ],
    [
      'that joins by no key',
      'SELECT 1 INTO v_n FROM accounts a JOIN tasks t ON t.step = a.plan_id WHERE a.merchant_id = p_merchant_id;',
      'tasks',
    ],
    ['that writes for nobody', "INSERT INTO quota_lots (id, amount) VALUES ('x', 1);", 'quota_lots'],
    ['that writes for another', "INSERT INTO consents (merchant_id, version) VALUES (v_other, 'v1');", 'consents'],
  ])('%s', (_what, body, table) => {
    expect(tables(body)).toContain(table);
  });

  it('and one that is keyed through a join is not', () => {
    const body =
      'SELECT t.id INTO v_id FROM accounts a JOIN tasks t ON t.merchant_id = a.merchant_id WHERE a.merchant_id = p_merchant_id;';
    expect(tables(body)).toEqual([]);
  });
});
