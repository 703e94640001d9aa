-- A renewal whose answer got lost can be asked for again by whoever asked for it.

ALTER TABLE refresh_tokens ADD COLUMN renewal_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
