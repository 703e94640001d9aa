-- What operators change while it runs: a row a version, whole; the newest is in force. NULL: as it was deployed.

CREATE TABLE settings (
  version             INT UNSIGNED NOT NULL PRIMARY KEY,
  result_days         SMALLINT UNSIGNED NULL,
  result_days_before  SMALLINT UNSIGNED NULL,
  result_days_from    DATETIME(3) NULL,
  sms_daily_budget    INT UNSIGNED NULL,
  moderation          TINYINT NOT NULL,
  sign_up             TINYINT NOT NULL,
  batch_photos        TINYINT UNSIGNED NOT NULL,
  credits_low         SMALLINT UNSIGNED NOT NULL,
  support_contact     VARCHAR(80) NOT NULL,
  saved_by            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  saved_at            DATETIME(3) NOT NULL,
  CONSTRAINT settings_ranges CHECK (result_days BETWEEN 1 AND 9999 AND batch_photos BETWEEN 1 AND 100 AND credits_low <= 10000
    AND sms_daily_budget <= 99999999 AND (result_days_before IS NULL) = (result_days_from IS NULL))
) ENGINE = InnoDB;

INSERT INTO settings (version, moderation, sign_up, batch_photos, credits_low, support_contact, saved_by, saved_at)
VALUES (1, 1, 1, 100, 10, '', 'migration', '2026-11-26 00:00:00.000');

-- A trigger, not the procedure that signs in: whatever makes a merchant obeys it, at the moment of the insert and not half a minute later.
CREATE TRIGGER merchants_sign_up BEFORE INSERT ON merchants FOR EACH ROW
  IF (SELECT sign_up FROM settings ORDER BY version DESC LIMIT 1) = 0 THEN
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'sign-up is closed'; END IF;
