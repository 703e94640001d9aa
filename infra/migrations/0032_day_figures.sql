-- Days in China rolled up, so that the overview reads thirty rows and not a million tasks.

CREATE TABLE day_figures (
  day               DATE NOT NULL PRIMARY KEY,
  tasks             INT UNSIGNED NOT NULL,
  succeeded         INT UNSIGNED NOT NULL,
  failed            INT UNSIGNED NOT NULL,
  canceled          INT UNSIGNED NOT NULL,
  expired           INT UNSIGNED NOT NULL,
  failures_json     TEXT NOT NULL,
  credits_used      BIGINT UNSIGNED NOT NULL,
  credits_returned  BIGINT UNSIGNED NOT NULL,
  credits_sold      BIGINT UNSIGNED NOT NULL,
  credits_given     BIGINT UNSIGNED NOT NULL,
  credits_expiring  BIGINT UNSIGNED NULL,
  orders            INT UNSIGNED NOT NULL,
  paid_fen          BIGINT UNSIGNED NOT NULL,
  refunds           INT UNSIGNED NOT NULL,
  refunded_fen      BIGINT UNSIGNED NOT NULL,
  merchants         INT UNSIGNED NOT NULL,
  settled           TINYINT NOT NULL,
  measured_at       DATETIME(3) NOT NULL
) ENGINE = InnoDB;
