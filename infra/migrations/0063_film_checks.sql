-- Films that an engine has made are looked at before they are shown: the check that was begun, by the name that the vendor gave it. A column
-- with a default is no change for functions of before.
ALTER TABLE provider_jobs ADD COLUMN check_id VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '';
