-- API keys, by which a merchant's own programs call in the merchant's name.

CREATE TABLE api_keys (
  id               VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name             VARCHAR(40) CHARACTER SET utf8mb4 NOT NULL,
  key_hash         CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hint             CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  scopes           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  addresses        VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tasks_per_day    INT UNSIGNED NULL,
  counted_day      CHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  tasks_counted    INT UNSIGNED NOT NULL DEFAULT 0,
  created_at       DATETIME(3) NOT NULL,
  expires_at       DATETIME(3) NULL,
  last_used_at     DATETIME(3) NULL,
  revoked_at       DATETIME(3) NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  UNIQUE KEY by_hash (key_hash),
  UNIQUE KEY by_key (merchant_id, idempotency_key),
  KEY by_merchant (merchant_id, created_at)
) ENGINE = InnoDB;
