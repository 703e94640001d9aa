-- Cards with forms and versions; tasks that keep what their form said; units that fail alone.

ALTER TABLE features ADD COLUMN form_json TEXT NOT NULL DEFAULT ('[{"type":"images","name":"photos","labelZh":"照片","labelEn":"Photos","required":true,"min":1,"max":20}]');

ALTER TABLE features ADD COLUMN partial_step VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NULL;

ALTER TABLE features ADD COLUMN rate_limit INT UNSIGNED NULL;

ALTER TABLE features ADD COLUMN rate_window_s INT UNSIGNED NULL;

ALTER TABLE features ADD COLUMN closed_zh VARCHAR(255) NOT NULL DEFAULT '';

ALTER TABLE features ADD COLUMN closed_en VARCHAR(255) NOT NULL DEFAULT '';

CREATE TABLE feature_versions (
  feature_id  VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version     INT UNSIGNED NOT NULL,
  card_json   MEDIUMTEXT NOT NULL,
  saved_by    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  saved_at    DATETIME(3) NOT NULL,
  PRIMARY KEY (feature_id, version)
) ENGINE = InnoDB;

CREATE TABLE feature_merchants (
  feature_id   VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  added_at     DATETIME(3) NOT NULL,
  PRIMARY KEY (feature_id, merchant_id)
) ENGINE = InnoDB;

CREATE TABLE feature_paces (
  feature_id   VARCHAR(48) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  median_ms    INT UNSIGNED NOT NULL,
  tasks        INT UNSIGNED NOT NULL,
  measured_at  DATETIME(3) NOT NULL
) ENGINE = InnoDB;

ALTER TABLE tasks ADD COLUMN form_json TEXT NULL;

ALTER TABLE tasks ADD COLUMN refunded_credits INT UNSIGNED NOT NULL DEFAULT 0;

ALTER TABLE task_units
  DROP CONSTRAINT unit_state,
  ADD CONSTRAINT unit_state CHECK (state IN ('waiting', 'leased', 'done', 'failed', 'dropped'));

DROP PROCEDURE IF EXISTS create_task_v1;

DROP PROCEDURE IF EXISTS accept_input_v1;

DROP PROCEDURE IF EXISTS claim_unit_v1;

DROP PROCEDURE IF EXISTS finish_unit_v1;

DROP PROCEDURE IF EXISTS fail_unit_v1;

DROP PROCEDURE IF EXISTS expire_lease_v1;
