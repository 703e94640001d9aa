-- A merchant's batches, newest first.

ALTER TABLE batches ADD KEY by_merchant (merchant_id, id);
