-- Whether the credits were frozen, not taken by another refund, when a refund of them began: refused for good, it leaves them so.
ALTER TABLE refunds ADD COLUMN of_frozen TINYINT NOT NULL DEFAULT 0;
