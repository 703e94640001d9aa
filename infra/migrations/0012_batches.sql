-- Photos that were ordered together.

CREATE TABLE batches (
  id               VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  feature_id       VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  photos           SMALLINT UNSIGNED NOT NULL,
  credits          INT UNSIGNED NOT NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at       DATETIME(3) NOT NULL,
  UNIQUE KEY by_key (merchant_id, idempotency_key)
) ENGINE = InnoDB;

CREATE TABLE batch_tasks (
  batch_id     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  n            TINYINT UNSIGNED NOT NULL,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  file_name    VARCHAR(120) NOT NULL,
  PRIMARY KEY (batch_id, n)
) ENGINE = InnoDB;
