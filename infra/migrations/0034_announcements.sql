-- What operators tell every merchant, for a while.

CREATE TABLE announcements (
  id          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  level       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  title_zh    VARCHAR(80) NOT NULL,
  title_en    VARCHAR(80) NOT NULL,
  body_zh     VARCHAR(500) NOT NULL,
  body_en     VARCHAR(500) NOT NULL,
  starts_at   DATETIME(3) NOT NULL,
  ends_at     DATETIME(3) NOT NULL,
  created_by  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at  DATETIME(3) NOT NULL,
  audit_seq   BIGINT UNSIGNED NOT NULL,
  UNIQUE KEY by_audit (audit_seq),
  KEY by_end (ends_at),
  CONSTRAINT announcement_level CHECK (level IN ('info', 'important'))
) ENGINE = InnoDB;
