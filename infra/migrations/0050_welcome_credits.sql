-- Credits for whoever comes for the first time: once a phone, whatever becomes of the account.

CREATE TABLE welcome_grants (
  phone_hash   CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  merchant_id  VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lot_id       VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at   DATETIME(3) NOT NULL,
  KEY by_merchant (merchant_id),
  KEY by_lot (lot_id)
) ENGINE = InnoDB;
