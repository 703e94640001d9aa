-- The peer's own tables: what its users would write, no more.
CREATE TABLE account (
  id         BIGINT PRIMARY KEY,
  remaining  BIGINT NOT NULL,
  used       BIGINT NOT NULL DEFAULT 0
) ENGINE = InnoDB;

CREATE TABLE task (
  id          CHAR(26) CHARACTER SET ascii COLLATE ascii_bin PRIMARY KEY,
  user_id     BIGINT NOT NULL,
  type        VARCHAR(32) NOT NULL,
  status      TINYINT NOT NULL,
  cost        INT NOT NULL,
  input       VARCHAR(255),
  created_at  BIGINT NOT NULL,
  KEY by_user (user_id, created_at)
) ENGINE = InnoDB;

CREATE TABLE ledger (
  id          BIGINT AUTO_INCREMENT PRIMARY KEY,
  user_id     BIGINT NOT NULL,
  delta       BIGINT NOT NULL,
  kind        TINYINT NOT NULL,
  ref         CHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at  BIGINT NOT NULL,
  UNIQUE KEY by_ref (ref, kind)
) ENGINE = InnoDB
