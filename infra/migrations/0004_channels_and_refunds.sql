-- An order's numbers at the channels, refunds of money, and what operators and the daily bills need.

CREATE TABLE order_attempts (
  out_trade_no  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  order_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merchant_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  method        VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code_url      VARCHAR(512) CHARACTER SET ascii COLLATE ascii_bin NULL,
  queries       SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  query_at      DATETIME(3) NULL,
  created_at    DATETIME(3) NOT NULL,
  KEY by_order (order_id),
  KEY by_query (query_at),
  KEY by_channel (channel, created_at),
  CONSTRAINT attempt_state CHECK (state IN ('open', 'closed', 'paid'))
) ENGINE = InnoDB;

INSERT INTO order_attempts (out_trade_no, order_id, merchant_id, channel, method, state, code_url, query_at, created_at)
SELECT id, id, merchant_id, channel, 'qr', IF(state = 'pending', 'open', state), code_url,
  IF(state = 'pending', expires_at, NULL), created_at
FROM orders;

CREATE TABLE order_keys (
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at       DATETIME(3) NOT NULL,
  PRIMARY KEY (merchant_id, idempotency_key)
) ENGINE = InnoDB;

INSERT INTO order_keys (merchant_id, idempotency_key, request_hash, order_id, created_at)
SELECT merchant_id, idempotency_key, request_hash, id, created_at FROM orders;

ALTER TABLE payments ADD COLUMN out_trade_no VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

ALTER TABLE payments ADD COLUMN billed_on DATE NULL;

ALTER TABLE payments ADD KEY by_paid (channel, paid_at);

UPDATE payments SET out_trade_no = order_id WHERE out_trade_no = '';

CREATE TABLE refunds (
  id               VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payment_id       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind             VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_fen       INT UNSIGNED NOT NULL,
  credits          INT UNSIGNED NOT NULL,
  reason           VARCHAR(80) NOT NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  requested_by     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  attempts         SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  next_at          DATETIME(3) NULL,
  error_code       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  created_at       DATETIME(3) NOT NULL,
  ended_at         DATETIME(3) NULL,
  billed_on        DATE NULL,
  UNIQUE KEY by_key (order_id, idempotency_key),
  KEY by_payment (payment_id),
  KEY by_next (next_at),
  KEY by_end (ended_at),
  CONSTRAINT refund_amount CHECK (amount_fen > 0),
  CONSTRAINT refund_kind CHECK (kind IN ('second_payment', 'whole', 'unused')),
  CONSTRAINT refund_state CHECK (state IN ('requested', 'processing', 'succeeded', 'abnormal', 'closed'))
) ENGINE = InnoDB;

INSERT INTO refunds (id, merchant_id, order_id, payment_id, kind, state, amount_fen, credits, reason, idempotency_key, request_hash, next_at, created_at)
SELECT CONCAT('rfd_', SUBSTRING(id, 5)), merchant_id, order_id, id, 'second_payment', 'abnormal', amount_fen, 0, '重复付款自动退款', id, REPEAT('0', 64), NULL, created_at
FROM payments WHERE disposition = 'refund_due';

CREATE TABLE invoice_requests (
  order_id     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title_kind   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title        VARCHAR(100) NOT NULL,
  tax_number   VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL,
  email        VARCHAR(254) NOT NULL,
  amount_fen   INT UNSIGNED NOT NULL,
  state        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at   DATETIME(3) NOT NULL,
  KEY by_state (state, created_at),
  CONSTRAINT invoice_state CHECK (state IN ('requested', 'issued', 'rejected')),
  CONSTRAINT invoice_kind CHECK (title_kind IN ('personal', 'company'))
) ENGINE = InnoDB;

CREATE TABLE operators (
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  role         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name         VARCHAR(64) NOT NULL,
  created_at   DATETIME(3) NOT NULL,
  ended_at     DATETIME(3) NULL,
  CONSTRAINT operator_role CHECK (role IN ('operator', 'support'))
) ENGINE = InnoDB;

CREATE TABLE audit_log (
  seq           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  actor         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  action        VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason        VARCHAR(200) NOT NULL,
  details_json  TEXT NOT NULL,
  request_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at    DATETIME(3) NOT NULL,
  KEY by_target (target, seq),
  KEY by_actor (actor, seq)
) ENGINE = InnoDB;

CREATE TABLE bill_days (
  channel       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day           DATE NOT NULL,
  state         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempts      INT UNSIGNED NOT NULL DEFAULT 0,
  next_at       DATETIME(3) NULL,
  payments      INT UNSIGNED NOT NULL DEFAULT 0,
  paid_fen      BIGINT UNSIGNED NOT NULL DEFAULT 0,
  refunds       INT UNSIGNED NOT NULL DEFAULT 0,
  refunded_fen  BIGINT UNSIGNED NOT NULL DEFAULT 0,
  findings      INT UNSIGNED NOT NULL DEFAULT 0,
  report_key    VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NULL,
  done_at       DATETIME(3) NULL,
  PRIMARY KEY (channel, day),
  KEY by_next (next_at),
  CONSTRAINT bill_state CHECK (state IN ('waiting', 'done'))
) ENGINE = InnoDB;

CREATE TABLE reconciliation_cases (
  id              VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  class           VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  channel         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject         VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day             DATE NULL,
  order_id        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  expected_fen    INT UNSIGNED NULL,
  actual_fen      INT UNSIGNED NULL,
  state           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  remedy          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at      DATETIME(3) NOT NULL,
  ended_at        DATETIME(3) NULL,
  UNIQUE KEY by_subject (class, channel, subject),
  KEY by_state (state, created_at),
  CONSTRAINT case_class CHECK (class IN ('paid_not_granted', 'granted_not_paid', 'amount_differs', 'refund_differs', 'paid_twice')),
  CONSTRAINT case_state CHECK (state IN ('open', 'ended'))
) ENGINE = InnoDB;

ALTER TABLE quota_lots ADD KEY by_expiry (expires_at);

-- Nothing was released with these.
DROP PROCEDURE IF EXISTS create_order_v1;

DROP PROCEDURE IF EXISTS settle_order_v1;
