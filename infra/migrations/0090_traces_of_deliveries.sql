-- Which request an event came of: what its delivery hands on to the merchant's program, and what the log's line about it carries.
ALTER TABLE webhook_deliveries ADD COLUMN trace VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;

-- Beside the triggers that write the events, and not in them: a trigger cannot be replaced without a moment in which there is none. What a
-- task's end came of is the task's; of a batch that of its first photo; of credits that ran low that of the task which took them.
CREATE TRIGGER webhook_deliveries_trace BEFORE INSERT ON webhook_deliveries FOR EACH ROW
  SET NEW.trace = CASE NEW.type
    WHEN 'task.ended' THEN (SELECT t.trace FROM tasks t
      WHERE t.id = CAST(JSON_UNQUOTE(JSON_EXTRACT(NEW.data_json, '$.taskId')) AS CHAR(32) CHARACTER SET ascii))
    WHEN 'batch.ended' THEN (SELECT t.trace FROM batch_tasks b JOIN tasks t ON t.id = b.task_id
      WHERE b.batch_id = CAST(JSON_UNQUOTE(JSON_EXTRACT(NEW.data_json, '$.batchId')) AS CHAR(32) CHARACTER SET ascii)
      ORDER BY b.n LIMIT 1)
    WHEN 'credits.low' THEN (SELECT t.trace FROM quota_entries e JOIN tasks t ON t.id = e.task_id
      WHERE e.merchant_id = NEW.merchant_id AND e.kind = 'deduct' ORDER BY e.seq DESC LIMIT 1)
    ELSE NEW.trace END;
