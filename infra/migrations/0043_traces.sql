-- Which request a task or an order began with: what the log's lines of its events, steps and notices carry.
ALTER TABLE tasks ADD COLUMN trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
ALTER TABLE orders ADD COLUMN trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
