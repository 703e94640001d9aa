-- Plans, orders, payments, and the ledger: lots and append-only entries.

CREATE TABLE plans (
  id          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  name_zh     VARCHAR(64) NOT NULL,
  name_en     VARCHAR(64) NOT NULL,
  amount_fen  INT UNSIGNED NOT NULL,
  credits     INT UNSIGNED NOT NULL,
  days        SMALLINT UNSIGNED NOT NULL,
  access      VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  on_sale     TINYINT NOT NULL,
  position    SMALLINT NOT NULL,
  CONSTRAINT plan_amount CHECK (amount_fen > 0),
  CONSTRAINT plan_credits CHECK (credits > 0),
  CONSTRAINT plan_days CHECK (days > 0)
) ENGINE = InnoDB;

INSERT INTO plans (id, name_zh, name_en, amount_fen, credits, days, access, on_sale, position)
VALUES ('monthly_99', '月度会员', 'Monthly', 9900, 100, 30, 'member', 1, 1);

CREATE TABLE orders (
  id               VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  plan_id          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_fen       INT UNSIGNED NOT NULL,
  credits          INT UNSIGNED NOT NULL,
  days             SMALLINT UNSIGNED NOT NULL,
  access           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code_url         VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at       DATETIME(3) NOT NULL,
  expires_at       DATETIME(3) NOT NULL,
  paid_at          DATETIME(3) NULL,
  closed_at        DATETIME(3) NULL,
  UNIQUE KEY by_key (merchant_id, idempotency_key),
  KEY by_merchant (merchant_id, state, expires_at),
  CONSTRAINT order_state CHECK (state IN ('pending', 'paid', 'closed'))
) ENGINE = InnoDB;

CREATE TABLE payments (
  id                VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  order_id          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merchant_id       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  transaction_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_fen        INT UNSIGNED NOT NULL,
  source            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  disposition       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  paid_at           DATETIME(3) NOT NULL,
  created_at        DATETIME(3) NOT NULL,
  UNIQUE KEY by_transaction (channel, transaction_id),
  KEY by_order (order_id),
  KEY by_disposition (disposition, created_at),
  CONSTRAINT payment_disposition CHECK (disposition IN ('granted', 'refund_due'))
) ENGINE = InnoDB;

CREATE TABLE quota_lots (
  id           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  source_key   VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  access       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount       INT NOT NULL,
  remaining    INT NOT NULL,
  created_at   DATETIME(3) NOT NULL,
  expires_at   DATETIME(3) NOT NULL,
  revoked_at   DATETIME(3) NULL,
  UNIQUE KEY by_source (source_key),
  KEY by_merchant (merchant_id, expires_at, id),
  CONSTRAINT lot_amount CHECK (amount > 0),
  CONSTRAINT lot_remaining CHECK (remaining >= 0 AND remaining <= amount)
) ENGINE = InnoDB;

CREATE TABLE quota_entries (
  seq                BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  merchant_id        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id             VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind               VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount             INT NOT NULL,
  task_id            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  order_id           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  reverses_entry_id  BIGINT UNSIGNED NULL,
  source_key         VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at         DATETIME(3) NOT NULL,
  UNIQUE KEY by_reversal (reverses_entry_id),
  UNIQUE KEY by_source (source_key),
  KEY by_merchant (merchant_id, seq),
  KEY by_task (task_id, seq),
  KEY by_lot (lot_id),
  CONSTRAINT entry_kind CHECK (kind IN ('grant', 'deduct', 'refund', 'expire', 'revoke')),
  CONSTRAINT entry_sign CHECK ((kind IN ('grant', 'refund') AND amount > 0) OR (kind NOT IN ('grant', 'refund') AND amount < 0)),
  CONSTRAINT entry_reversal CHECK ((kind = 'refund') = (reverses_entry_id IS NOT NULL))
) ENGINE = InnoDB;
