-- Redeem codes (卡密): batches that operators make, their codes by hash, and who has used them.

CREATE TABLE redeem_batches (
  id               VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  name             VARCHAR(40) CHARACTER SET utf8mb4 NOT NULL,
  codes            SMALLINT UNSIGNED NOT NULL,
  credits          INT UNSIGNED NOT NULL,
  days             SMALLINT UNSIGNED NOT NULL,
  access           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uses             INT UNSIGNED NOT NULL,
  expires_at       DATETIME(3) NOT NULL,
  created_by       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at       DATETIME(3) NOT NULL,
  revoked_at       DATETIME(3) NULL,
  UNIQUE KEY by_key (created_by, idempotency_key),
  CONSTRAINT redeem_batch_size CHECK (codes > 0 AND credits > 0 AND days > 0 AND uses > 0)
) ENGINE = InnoDB;

CREATE TABLE redeem_codes (
  code_hash  CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  batch_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  n          SMALLINT UNSIGNED NOT NULL,
  hint       CHAR(4) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  used       INT UNSIGNED NOT NULL DEFAULT 0,
  UNIQUE KEY by_batch (batch_id, n)
) ENGINE = InnoDB;

CREATE TABLE redemptions (
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code_hash        CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  batch_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at       DATETIME(3) NOT NULL,
  PRIMARY KEY (merchant_id, code_hash),
  UNIQUE KEY by_key (merchant_id, idempotency_key),
  KEY by_batch (batch_id)
) ENGINE = InnoDB;
