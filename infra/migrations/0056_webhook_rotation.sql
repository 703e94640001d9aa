-- A webhook's secret is the one of its version; the one before it signs too until its time.

ALTER TABLE webhooks ADD COLUMN secret_version SMALLINT UNSIGNED NOT NULL DEFAULT 1;
ALTER TABLE webhooks ADD COLUMN previous_ends_at DATETIME(3) NULL;
