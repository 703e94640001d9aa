-- An operator who looks at the workspace as one merchant sees it: for minutes, reading only, and no session of that merchant's.

CREATE TABLE operator_views (
  id           VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  operator_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  session_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role         VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  audit_seq    BIGINT UNSIGNED NOT NULL,
  created_at   DATETIME(3) NOT NULL,
  expires_at   DATETIME(3) NOT NULL,
  ended_at     DATETIME(3) NULL,
  UNIQUE KEY by_audit (audit_seq),
  KEY by_expiry (expires_at)
) ENGINE = InnoDB;
