import type { Connection } from 'mysql2/promise';

/** The six trips as one procedure over the peer's own tables: the least that any such procedure can cost here. */
const TEXT = `CREATE PROCEDURE create_smallest(
    IN p_user BIGINT,
    IN p_task CHAR(26) CHARACTER SET ascii COLLATE ascii_bin,
    IN p_now BIGINT
  )
  main: BEGIN
    DECLARE v_remaining BIGINT;
    DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
    START TRANSACTION;
    SELECT remaining INTO v_remaining FROM account WHERE id = p_user FOR UPDATE;
    IF v_remaining < 1 THEN
      ROLLBACK;
      SELECT 'short' AS outcome;
      LEAVE main;
    END IF;
    UPDATE account SET remaining = remaining - 1, used = used + 1 WHERE id = p_user;
    INSERT INTO task (id, user_id, type, status, cost, input, created_at)
    VALUES (p_task, p_user, 'basic_clean', 0, 1, 'inputs/photo.jpg', p_now);
    INSERT INTO ledger (user_id, delta, kind, ref, created_at) VALUES (p_user, -1, 1, p_task, p_now);
    COMMIT;
    SELECT 'created' AS outcome;
  END`;

export async function addSmallestProcedure(connection: Connection): Promise<void> {
  await connection.query(TEXT);
}

export async function createBySmallest(
  connection: Connection,
  task: { readonly taskId: string; readonly userId: number; readonly nowMs: number },
): Promise<void> {
  const [results] = await connection.execute('CALL create_smallest(?, ?, ?)', [task.userId, task.taskId, task.nowMs]);
  const [[row]] = results as unknown as [[{ outcome: string }]]; // the procedure's one SELECT
  if (row.outcome !== 'created') throw new Error(`the smallest procedure answered ${row.outcome}`);
}
