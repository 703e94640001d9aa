-- The plan's names as they were when it was ordered: a plan that is renamed rewrites no receipt. Older orders have none.
ALTER TABLE orders ADD COLUMN plan_name_zh VARCHAR(64) NULL;

ALTER TABLE orders ADD COLUMN plan_name_en VARCHAR(64) NULL;
