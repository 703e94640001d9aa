-- Inner: when a lot that is put out of reach now counts as revoked. Whoever came in first may have begun later: not before what was
-- last taken from it or came back of it, also as a fresh lot. A lot that nobody booked has no entries.
CREATE PROCEDURE read_revocation_v1(
  IN p_lot_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  IN p_now DATETIME(3),
  OUT p_revoked_at DATETIME(3)
)
BEGIN
  SELECT GREATEST(p_now, COALESCE(MAX(e.created_at), p_now), COALESCE(MAX(r.created_at), p_now)) INTO p_revoked_at
  FROM quota_entries e LEFT JOIN quota_entries r ON r.reverses_entry_id = e.seq
  WHERE e.lot_id = p_lot_id;
END
