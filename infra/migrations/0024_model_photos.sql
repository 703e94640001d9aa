-- Photos of models are the operators': one that is uploaded waits until it has been looked at, and one can be taken out of use.

ALTER TABLE model_photos ADD COLUMN enabled TINYINT NOT NULL DEFAULT 1;

ALTER TABLE model_photos ADD COLUMN pending_key VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NULL;

ALTER TABLE model_photos ADD COLUMN saved_by VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';

ALTER TABLE model_photos ADD COLUMN saved_at DATETIME(3) NULL;
