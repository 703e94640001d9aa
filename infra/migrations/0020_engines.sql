-- Engines that answer later: which of their places are taken, how well they do, what they were asked to do, who waits.
CREATE TABLE engine_slots (
  engine VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  slot TINYINT UNSIGNED NOT NULL,
  attempt_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  held_until DATETIME(3) NOT NULL DEFAULT '2000-01-01 00:00:00.000',
  PRIMARY KEY (engine, slot)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE engine_breakers (
  engine VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  failures INT NOT NULL,
  open_until DATETIME(3) NOT NULL,
  PRIMARY KEY (engine)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE engine_queue (
  task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  step TINYINT UNSIGNED NOT NULL,
  unit TINYINT UNSIGNED NOT NULL,
  engine VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  queued_at DATETIME(3) NOT NULL,
  PRIMARY KEY (task_id, step, unit),
  KEY by_engine (engine, queued_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE provider_jobs (
  attempt_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  step TINYINT UNSIGNED NOT NULL,
  unit TINYINT UNSIGNED NOT NULL,
  attempt TINYINT UNSIGNED NOT NULL,
  engine VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  job_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  detail VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  created_at DATETIME(3) NOT NULL,
  poll_at DATETIME(3) NULL,
  ended_at DATETIME(3) NULL,
  PRIMARY KEY (attempt_id),
  KEY by_poll (poll_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Photos of models that the operator has the rights to; a try-on dresses them.
CREATE TABLE model_photos (
  gender VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scene VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  pose TINYINT UNSIGNED NOT NULL,
  object_key VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (gender, scene, pose)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO engine_slots (engine, slot)
SELECT e.engine, s.n FROM (SELECT 'tencent-mps' AS engine UNION ALL SELECT 'tencent-vclm') e
JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5
  UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10 UNION ALL SELECT 11
  UNION ALL SELECT 12 UNION ALL SELECT 13 UNION ALL SELECT 14 UNION ALL SELECT 15 UNION ALL SELECT 16 UNION ALL SELECT 17
  UNION ALL SELECT 18 UNION ALL SELECT 19) s;
