-- Pictures that moderation has refused, and whether their objects are gone.

CREATE TABLE content_refusals (
  object_key   VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  task_id      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  suggestion   VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  label        VARCHAR(64) NOT NULL,
  sub_label    VARCHAR(64) NOT NULL,
  score        SMALLINT UNSIGNED NOT NULL,
  request_id   VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at   DATETIME(3) NOT NULL,
  remove_at    DATETIME(3) NULL,
  KEY by_task (task_id),
  KEY by_removal (remove_at)
) ENGINE = InnoDB;
