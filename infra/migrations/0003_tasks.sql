-- Feature cards, and tasks with their inputs, units of work and outputs.

CREATE TABLE features (
  id             VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  version        INT UNSIGNED NOT NULL,
  name_zh        VARCHAR(64) NOT NULL,
  name_en        VARCHAR(64) NOT NULL,
  category       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  summary_zh     VARCHAR(255) NOT NULL,
  summary_en     VARCHAR(255) NOT NULL,
  credits        INT UNSIGNED NOT NULL,
  access         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  enabled        TINYINT NOT NULL,
  max_inputs     TINYINT UNSIGNED NOT NULL,
  pipeline_json  TEXT NOT NULL,
  outputs_json   TEXT NOT NULL,
  position       SMALLINT NOT NULL,
  CONSTRAINT feature_credits CHECK (credits > 0)
) ENGINE = InnoDB;

INSERT INTO features (id, version, name_zh, name_en, category, summary_zh, summary_en, credits, access, enabled, max_inputs, pipeline_json, outputs_json, position)
VALUES ('basic_clean', 1, '基础修图', 'Basic clean-up', 'product',
  '一张随手拍的照片，得到透明抠图、白底主图和增强原图', 'One snapshot in: a transparent cut-out, a white-background main image and an enhanced photo out',
  1, 'basic', 1, 1,
  '[{"processor":"basic-clean","units":1,"timeLimitSeconds":240,"attempts":3}]',
  '[{"name":"cutout.png","contentType":"image/png"},{"name":"white.jpg","contentType":"image/jpeg"},{"name":"enhanced.jpg","contentType":"image/jpeg"}]', 1);

CREATE TABLE tasks (
  id                   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  feature_id           VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  feature_version      INT UNSIGNED NOT NULL,
  state                VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  credits              INT UNSIGNED NOT NULL,
  pipeline_json        TEXT NOT NULL,
  step                 TINYINT UNSIGNED NOT NULL DEFAULT 0,
  retry_of             VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  idempotency_key      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash         CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  error_code           VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at           DATETIME(3) NOT NULL,
  queued_at            DATETIME(3) NULL,
  started_at           DATETIME(3) NULL,
  ended_at             DATETIME(3) NULL,
  deadline_at          DATETIME(3) NULL,
  sweep_at             DATETIME(3) NULL,
  UNIQUE KEY by_key (merchant_id, idempotency_key),
  KEY by_merchant (merchant_id, id),
  KEY by_sweep (sweep_at),
  CONSTRAINT task_state CHECK (state IN ('awaiting_upload', 'queued', 'processing', 'succeeded', 'failed', 'canceled', 'expired')),
  CONSTRAINT task_ended CHECK ((state IN ('succeeded', 'failed', 'canceled', 'expired')) = (ended_at IS NOT NULL)),
  CONSTRAINT task_swept CHECK ((ended_at IS NULL) = (deadline_at IS NOT NULL AND sweep_at IS NOT NULL))
) ENGINE = InnoDB;

CREATE TABLE task_inputs (
  task_id       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  n             TINYINT UNSIGNED NOT NULL,
  merchant_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_type  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  size_bytes    INT UNSIGNED NOT NULL,
  object_key    VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  etag          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  width         INT UNSIGNED NULL,
  height        INT UNSIGNED NULL,
  received_at   DATETIME(3) NULL,
  PRIMARY KEY (task_id, n)
) ENGINE = InnoDB;

CREATE TABLE task_units (
  task_id        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  step           TINYINT UNSIGNED NOT NULL,
  unit           TINYINT UNSIGNED NOT NULL,
  merchant_id    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempts       TINYINT UNSIGNED NOT NULL DEFAULT 0,
  max_attempts   TINYINT UNSIGNED NOT NULL,
  time_limit_s   SMALLINT UNSIGNED NOT NULL,
  lease_id       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  lease_ends_at  DATETIME(3) NULL,
  next_at        DATETIME(3) NOT NULL,
  sweep_at       DATETIME(3) NULL,
  error_code     VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NULL,
  PRIMARY KEY (task_id, step, unit),
  KEY by_sweep (sweep_at),
  CONSTRAINT unit_state CHECK (state IN ('waiting', 'leased', 'done', 'dropped')),
  CONSTRAINT unit_lease CHECK ((state = 'leased') = (lease_ends_at IS NOT NULL)),
  CONSTRAINT unit_swept CHECK ((state IN ('waiting', 'leased')) = (sweep_at IS NOT NULL))
) ENGINE = InnoDB;

CREATE TABLE task_outputs (
  task_id       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  step          TINYINT UNSIGNED NOT NULL,
  unit          TINYINT UNSIGNED NOT NULL,
  name          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merchant_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  object_key    VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  content_type  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  width         INT UNSIGNED NOT NULL,
  height        INT UNSIGNED NOT NULL,
  size_bytes    INT UNSIGNED NOT NULL,
  flags         VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  PRIMARY KEY (task_id, step, unit, name)
) ENGINE = InnoDB;
