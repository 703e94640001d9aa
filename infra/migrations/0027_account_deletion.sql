-- A merchant can delete their account. What must be kept of them is kept without their phone.

ALTER TABLE merchants
  DROP CONSTRAINT merchant_state,
  ADD CONSTRAINT merchant_state CHECK (state IN ('active', 'suspended', 'deleted'));

ALTER TABLE merchants ADD COLUMN returned TINYINT NOT NULL DEFAULT 0;

ALTER TABLE accounts ADD COLUMN closed_at DATETIME(3) NULL;

CREATE TABLE account_deletions (
  merchant_id        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  phone_hash         CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
  canceled_tasks     INT UNSIGNED NOT NULL,
  forfeited_credits  INT UNSIGNED NOT NULL,
  deleted_at         DATETIME(3) NOT NULL,
  forget_at          DATETIME(3) NULL,
  task_cursor        VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  erased_at          DATETIME(3) NULL,
  KEY by_phone (phone_hash),
  KEY by_forget (forget_at),
  KEY by_open (erased_at, deleted_at)
) ENGINE = InnoDB;
