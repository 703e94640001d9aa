-- Results as assets of their merchant: favourites, and deletion in two steps. Tasks are found by the file names of their batch.

ALTER TABLE task_outputs ADD COLUMN favourite TINYINT NOT NULL DEFAULT 0;

ALTER TABLE task_outputs ADD COLUMN purge_at DATETIME(3) NULL;

ALTER TABLE task_outputs ADD COLUMN purged_at DATETIME(3) NULL;

ALTER TABLE task_outputs ADD KEY by_merchant (merchant_id, task_id, step, unit, name);

ALTER TABLE task_outputs ADD KEY by_purge (purge_at);

ALTER TABLE task_outputs ADD KEY by_age (purged_at, task_id);

ALTER TABLE task_inputs ADD KEY by_merchant (merchant_id, task_id, n);

ALTER TABLE batch_tasks ADD KEY by_task (task_id);
