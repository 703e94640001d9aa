-- Which request an archive was ordered by, and a refund: what the log's lines of its making, its notices and its sweeps carry.
ALTER TABLE archives ADD COLUMN trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
ALTER TABLE refunds ADD COLUMN trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
