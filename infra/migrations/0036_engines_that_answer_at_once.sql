-- Places of two more engines. They answer when they are done: what is kept as the job's id is where the result is, which for aiart is a
-- signed URL. A column that is wider is no change for functions of before.
INSERT INTO engine_slots (engine, slot)
SELECT e.engine, s.slot FROM (SELECT 'tencent-ci' AS engine UNION ALL SELECT 'tencent-aiart') e
JOIN (SELECT slot FROM engine_slots WHERE engine = 'tencent-mps') s;

ALTER TABLE provider_jobs MODIFY COLUMN job_id VARCHAR(2048) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
