-- Operators save plans over the one that they saw.
ALTER TABLE plans ADD COLUMN version INT UNSIGNED NOT NULL DEFAULT 1;
