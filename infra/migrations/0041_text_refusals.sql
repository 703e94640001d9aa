-- Tasks whose texts moderation has refused.

CREATE TABLE text_refusals (
  task_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  suggestion   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  label        VARCHAR(64) NOT NULL,
  sub_label    VARCHAR(64) NOT NULL,
  score        SMALLINT UNSIGNED NOT NULL,
  request_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at   DATETIME(3) NOT NULL
) ENGINE = InnoDB;
