-- Merchants, their sign-in, and the row that every credit transaction locks.

CREATE TABLE merchants (
  id          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  phone       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT 'active',
  created_at  DATETIME(3) NOT NULL,
  UNIQUE KEY phone (phone),
  CONSTRAINT merchant_state CHECK (state IN ('active', 'suspended'))
) ENGINE = InnoDB;

CREATE TABLE accounts (
  merchant_id         VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  plan_id             VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL,
  membership_from_at  DATETIME(3) NULL,
  membership_ends_at  DATETIME(3) NULL,
  create_tat_ms       BIGINT NOT NULL DEFAULT 0,
  created_at          DATETIME(3) NOT NULL
) ENGINE = InnoDB;

CREATE TABLE consents (
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version      VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  address      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  accepted_at  DATETIME(3) NOT NULL,
  PRIMARY KEY (merchant_id, version)
) ENGINE = InnoDB;

CREATE TABLE login_codes (
  id          VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  phone       VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  address     VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  code_hash   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tries       TINYINT UNSIGNED NOT NULL DEFAULT 0,
  created_at  DATETIME(3) NOT NULL,
  expires_at  DATETIME(3) NOT NULL,
  used_at     DATETIME(3) NULL,
  KEY by_phone (phone, created_at),
  KEY by_address (address, created_at),
  KEY by_expiry (expires_at)
) ENGINE = InnoDB;

CREATE TABLE sessions (
  id            VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  address       VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  user_agent    VARCHAR(255) NOT NULL,
  created_at    DATETIME(3) NOT NULL,
  last_used_at  DATETIME(3) NOT NULL,
  expires_at    DATETIME(3) NOT NULL,
  revoked_at    DATETIME(3) NULL,
  KEY by_merchant (merchant_id, created_at)
) ENGINE = InnoDB;

CREATE TABLE refresh_tokens (
  token_hash   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id   VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  issued_at    DATETIME(3) NOT NULL,
  expires_at   DATETIME(3) NOT NULL,
  used_at      DATETIME(3) NULL,
  KEY by_session (session_id),
  KEY by_expiry (expires_at)
) ENGINE = InnoDB;

CREATE TABLE rate_limits (
  bucket      VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  tat_ms      BIGINT NOT NULL,
  expires_at  DATETIME(3) NOT NULL,
  KEY by_expiry (expires_at)
) ENGINE = InnoDB;
