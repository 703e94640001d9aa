-- Referral (分销): who invited whom, what an invited merchant's first paid order earns the inviter, and how that is paid out.

-- One row, which operators write: what is on, and at what rates. Copied where it decides something, so that a later change changes nothing that was.
CREATE TABLE growth_settings (
  id                    TINYINT UNSIGNED NOT NULL PRIMARY KEY,
  referral_on           TINYINT NOT NULL,
  commission_bp         SMALLINT UNSIGNED NOT NULL,
  commission_unit       VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  credit_days           SMALLINT UNSIGNED NOT NULL,
  least_withdrawal_fen  INT UNSIGNED NOT NULL,
  welcome_on            TINYINT NOT NULL,
  welcome_credits       INT UNSIGNED NOT NULL,
  welcome_days          SMALLINT UNSIGNED NOT NULL,
  saved_by              VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  saved_at              DATETIME(3) NULL,
  CONSTRAINT growth_one_row CHECK (id = 1),
  CONSTRAINT growth_rate CHECK (commission_bp <= 10000),
  CONSTRAINT growth_unit CHECK (commission_unit IN ('fen', 'credits'))
) ENGINE = InnoDB;

INSERT INTO growth_settings (id, referral_on, commission_bp, commission_unit, credit_days, least_withdrawal_fen, welcome_on, welcome_credits,
  welcome_days, saved_by)
VALUES (1, 1, 1500, 'fen', 90, 10000, 0, 10, 30, '');

-- The code of whoever has looked for one, and what commissions have left.
CREATE TABLE referral_accounts (
  merchant_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  code          CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  balance_fen   INT NOT NULL DEFAULT 0,
  owed_credits  INT UNSIGNED NOT NULL DEFAULT 0,
  created_at    DATETIME(3) NOT NULL,
  UNIQUE KEY by_code (code)
) ENGINE = InnoDB;

-- Of the first order that was paid it holds the rate of that moment, and counts what happened to it, so that a reader knows which of two looks is newer.
CREATE TABLE referrals (
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  inviter_id       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  first_order_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  commission_bp    SMALLINT UNSIGNED NULL,
  commission_unit  VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NULL,
  credit_days      SMALLINT UNSIGNED NULL,
  changes          INT UNSIGNED NOT NULL DEFAULT 0,
  created_at       DATETIME(3) NOT NULL,
  KEY by_inviter (inviter_id, first_order_id),
  CONSTRAINT referral_not_self CHECK (inviter_id <> merchant_id)
) ENGINE = InnoDB;

-- What has happened to an invited merchant's order and is to be booked for the inviter: another merchant, and so another transaction.
CREATE TABLE referral_outbox (
  seq          BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id     VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  next_at      DATETIME(3) NOT NULL,
  created_at   DATETIME(3) NOT NULL,
  KEY due (next_at)
) ENGINE = InnoDB;

CREATE TABLE referral_commissions (
  id             VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  order_id       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state          VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  unit           VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  commission_bp  SMALLINT UNSIGNED NOT NULL,
  amount         INT UNSIGNED NOT NULL,
  reversed       INT UNSIGNED NOT NULL,
  refusal        VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NULL,
  credit_days    SMALLINT UNSIGNED NOT NULL,
  lot_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  turns          SMALLINT UNSIGNED NOT NULL DEFAULT 0,
  seen           INT UNSIGNED NOT NULL,
  created_at     DATETIME(3) NOT NULL,
  release_at     DATETIME(3) NULL,
  ended_at       DATETIME(3) NULL,
  UNIQUE KEY by_order (order_id),
  KEY by_merchant (merchant_id, id),
  KEY by_state (state, id),
  KEY due (release_at),
  CONSTRAINT commission_state CHECK (state IN ('frozen', 'released', 'void')),
  CONSTRAINT commission_reversed CHECK (reversed <= amount),
  CONSTRAINT commission_due CHECK ((state = 'frozen') = (release_at IS NOT NULL))
) ENGINE = InnoDB;

CREATE TABLE withdrawals (
  id               VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state            VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount_fen       INT UNSIGNED NOT NULL,
  method           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  payee_sealed     VARCHAR(1024) CHARACTER SET ascii COLLATE ascii_bin NULL,
  payee_masked     VARCHAR(64) CHARACTER SET utf8mb4 NOT NULL,
  reference        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  reason           VARCHAR(80) CHARACTER SET utf8mb4 NULL,
  idempotency_key  VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at       DATETIME(3) NOT NULL,
  approved_at      DATETIME(3) NULL,
  ended_at         DATETIME(3) NULL,
  -- Of whoever waits: a second one at once has no room, whatever a procedure does.
  open_of          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  UNIQUE KEY by_key (merchant_id, idempotency_key),
  UNIQUE KEY by_open (open_of),
  KEY by_merchant (merchant_id, id),
  KEY by_state (state, id),
  CONSTRAINT withdrawal_state CHECK (state IN ('requested', 'approved', 'rejected', 'paid')),
  CONSTRAINT withdrawal_open CHECK ((state IN ('requested', 'approved')) = (open_of IS NOT NULL))
) ENGINE = InnoDB;

-- The ledger of both: rows are added, never changed. The fen of a merchant's rows are the balance.
CREATE TABLE referral_entries (
  seq            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  merchant_id    VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind           VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  unit           VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  amount         INT NOT NULL,
  commission_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  withdrawal_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  source_key     VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at     DATETIME(3) NOT NULL,
  UNIQUE KEY by_source (source_key),
  KEY by_merchant (merchant_id, seq),
  KEY by_commission (commission_id),
  KEY by_withdrawal (withdrawal_id),
  CONSTRAINT referral_entry_kind CHECK (kind IN ('release', 'reverse', 'restore', 'withdraw', 'return'))
) ENGINE = InnoDB;

-- A keyed hash of who paid at the channel: who pays for an invited merchant may not be the inviter.
ALTER TABLE payments ADD COLUMN payer_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
ALTER TABLE payments ADD KEY by_payer (payer_hash, merchant_id);

-- Triggers, as for webhooks: whatever settles a payment or refunds one cannot pass them by. They touch rows of the payer alone.
-- A semicolon at the end of a line would end the statement for the migration.
CREATE TRIGGER payments_tell_referral AFTER INSERT ON payments FOR EACH ROW
  IF NEW.disposition = 'granted' AND EXISTS (SELECT 1 FROM referrals
    WHERE merchant_id = NEW.merchant_id AND first_order_id IS NULL) THEN
  BEGIN
    DECLARE v_first VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin
    ; DECLARE v_bp, v_days INT
    ; DECLARE v_unit VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin
    ; DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END
    ; SELECT commission_bp, commission_unit, credit_days INTO v_bp, v_unit, v_days FROM growth_settings WHERE id = 1 AND referral_on = 1
    ; UPDATE referrals SET first_order_id = NEW.order_id, commission_bp = v_bp, commission_unit = v_unit, credit_days = v_days, changes = 1
      WHERE merchant_id = NEW.merchant_id AND first_order_id IS NULL
    ; SELECT first_order_id INTO v_first FROM referrals WHERE merchant_id = NEW.merchant_id FOR UPDATE
    ; IF v_first = NEW.order_id AND v_bp IS NOT NULL THEN
      INSERT INTO referral_outbox (merchant_id, order_id, next_at, created_at)
      VALUES (NEW.merchant_id, NEW.order_id, NEW.created_at, NEW.created_at)
    ; END IF
    ; END
  ; END IF;

-- And each refund of it, and each that the channel refused for good: the money stays then, and so does the commission.
CREATE TRIGGER refunds_tell_referral AFTER INSERT ON refunds FOR EACH ROW
  IF NEW.kind <> 'second_payment' AND EXISTS (SELECT 1 FROM referrals
    WHERE merchant_id = NEW.merchant_id AND first_order_id = NEW.order_id AND commission_bp IS NOT NULL) THEN
  BEGIN
    UPDATE referrals SET changes = changes + 1 WHERE merchant_id = NEW.merchant_id
    ; INSERT INTO referral_outbox (merchant_id, order_id, next_at, created_at)
    VALUES (NEW.merchant_id, NEW.order_id, NEW.created_at, NEW.created_at)
    ; END
  ; END IF;

CREATE TRIGGER refunds_close_referral AFTER UPDATE ON refunds FOR EACH ROW
  IF NEW.kind <> 'second_payment' AND NEW.state = 'closed' AND OLD.state <> 'closed' AND EXISTS (SELECT 1 FROM referrals
    WHERE merchant_id = NEW.merchant_id AND first_order_id = NEW.order_id AND commission_bp IS NOT NULL) THEN
  BEGIN
    UPDATE referrals SET changes = changes + 1 WHERE merchant_id = NEW.merchant_id
    ; INSERT INTO referral_outbox (merchant_id, order_id, next_at, created_at)
    VALUES (NEW.merchant_id, NEW.order_id, NEW.ended_at, NEW.ended_at)
    ; END
  ; END IF;
