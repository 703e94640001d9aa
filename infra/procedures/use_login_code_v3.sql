-- Tries a code on its phone's newest code; a right one is used up, registers the phone when it is new, and opens a
-- session. A wrong one costs one of five tries. A phone whose account was deleted comes back as another merchant, marked as one that returned.
-- Registering is the only moment at which a merchant can have been invited, and be welcomed with credits: both are for phones that were never
-- here, the credits once a phone for ever. Of the inviter, another merchant, it is told the id alone.
-- outcome: signed_in | wrong | expired | tries_exceeded | suspended
CREATE PROCEDURE use_login_code_v3(
  IN p_phone VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_code_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_former_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_new_merchant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_session_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_consent_version VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_address VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_user_agent VARCHAR(255) CHARACTER SET utf8mb4,
  IN p_now DATETIME(3),
  IN p_session_ends_at DATETIME(3),
  IN p_inviter_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin
)
main: BEGIN
  DECLARE v_code, v_merchant VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_tries INT;
  DECLARE v_expires, v_used, v_created DATETIME(3);
  DECLARE v_state, v_outcome VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin;
  DECLARE v_registered, v_returned, v_invites, v_welcomes, v_welcomed TINYINT DEFAULT 0;
  DECLARE v_credits, v_days INT;
  DECLARE CONTINUE HANDLER FOR NOT FOUND BEGIN END;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;

  START TRANSACTION;
  SELECT id, code_hash, tries, expires_at, used_at INTO v_code, v_hash, v_tries, v_expires, v_used
  FROM login_codes WHERE phone = p_phone ORDER BY created_at DESC, id DESC LIMIT 1 FOR UPDATE;
  SET v_outcome = CASE
    WHEN v_code IS NULL OR v_used IS NOT NULL OR v_expires <= p_now THEN 'expired'
    WHEN v_tries >= 5 THEN 'tries_exceeded'
    WHEN v_hash <> p_code_hash THEN 'wrong'
    ELSE 'signed_in' END;
  IF v_outcome = 'wrong' THEN
    UPDATE login_codes SET tries = v_tries + 1 WHERE id = v_code;
  ELSEIF v_outcome = 'signed_in' THEN
    UPDATE login_codes SET used_at = p_now WHERE id = v_code;
    SELECT id, state, created_at INTO v_merchant, v_state, v_created FROM merchants WHERE phone = p_phone;
    IF v_merchant IS NULL THEN
      -- Another code of this phone may be in use at this moment: then its merchant is the one.
      SELECT 1 INTO v_returned FROM account_deletions WHERE phone_hash = p_former_hash LIMIT 1;
      INSERT INTO merchants (id, phone, returned, created_at) VALUES (p_new_merchant_id, p_phone, v_returned, p_now)
      ON DUPLICATE KEY UPDATE phone = p_phone;
      SELECT id, state, created_at INTO v_merchant, v_state, v_created FROM merchants WHERE phone = p_phone;
      IF v_merchant = p_new_merchant_id THEN
        SET v_registered = 1;
        INSERT INTO accounts (merchant_id, created_at) VALUES (v_merchant, p_now);
      END IF;
      IF v_registered = 1 AND v_returned = 0 THEN
        SELECT referral_on, welcome_on, welcome_credits, welcome_days INTO v_invites, v_welcomes, v_credits, v_days
        FROM growth_settings WHERE id = 1;
        IF v_invites = 1 AND p_inviter_id IS NOT NULL THEN
          INSERT INTO referrals (merchant_id, inviter_id, created_at) VALUES (v_merchant, p_inviter_id, p_now);
        END IF;
        SELECT 1 INTO v_welcomed FROM welcome_grants WHERE phone_hash = p_former_hash;
        IF v_welcomes = 1 AND v_welcomed = 0 THEN
          INSERT INTO welcome_grants (phone_hash, merchant_id, lot_id, created_at) VALUES (p_former_hash, v_merchant, p_lot_id, p_now);
          INSERT INTO quota_lots (id, merchant_id, source_key, access, amount, remaining, created_at, expires_at)
          VALUES (p_lot_id, v_merchant, CONCAT('welcome:', v_merchant), 'basic', v_credits, v_credits, p_now, p_now + INTERVAL v_days DAY);
          INSERT INTO quota_entries (merchant_id, lot_id, kind, amount, source_key, created_at)
          VALUES (v_merchant, p_lot_id, 'grant', v_credits, CONCAT('welcome:', v_merchant), p_now);
        END IF;
      END IF;
    END IF;
    IF v_state = 'suspended' THEN
      SET v_outcome = 'suspended';
    ELSE
      INSERT INTO consents (merchant_id, version, address, accepted_at)
      VALUES (v_merchant, p_consent_version, p_address, p_now) ON DUPLICATE KEY UPDATE version = version;
      INSERT INTO sessions (id, merchant_id, address, user_agent, created_at, last_used_at, expires_at)
      VALUES (p_session_id, v_merchant, p_address, p_user_agent, p_now, p_now, p_session_ends_at);
      INSERT INTO refresh_tokens (token_hash, session_id, merchant_id, issued_at, expires_at)
      VALUES (p_token_hash, p_session_id, v_merchant, p_now, p_session_ends_at);
    END IF;
  END IF;
  COMMIT;
  SELECT v_outcome AS outcome, v_merchant AS merchant_id, v_created AS created_at, v_registered AS registered;
END
