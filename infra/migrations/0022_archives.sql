-- Results as one file: a ZIP that a function of its own writes into the bucket.

CREATE TABLE archives (
  id               VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  batch_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  assets_json      MEDIUMTEXT CHARACTER SET ascii COLLATE ascii_bin NULL,
  language         CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state            VARCHAR(12) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempts         TINYINT UNSIGNED NOT NULL DEFAULT 0,
  lease_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  object_key       VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL,
  files            SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  size_bytes       BIGINT UNSIGNED NOT NULL DEFAULT 0,
  error_code       VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at       DATETIME(3) NOT NULL,
  ended_at         DATETIME(3) NULL,
  expires_at       DATETIME(3) NULL,
  sweep_at         DATETIME(3) NULL,
  UNIQUE KEY by_key (merchant_id, idempotency_key),
  KEY by_merchant (merchant_id, state),
  KEY by_sweep (sweep_at)
) ENGINE = InnoDB;
