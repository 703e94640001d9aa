-- What an operator looks up of a task's engines, and how an invoice ended.

ALTER TABLE provider_jobs ADD KEY by_task (task_id);

ALTER TABLE invoice_requests ADD COLUMN invoice_number VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NULL;

ALTER TABLE invoice_requests ADD COLUMN ended_at DATETIME(3) NULL;
