-- What a request set off is found by what the log's lines about it carry.

ALTER TABLE tasks ADD KEY by_trace (trace, id);

ALTER TABLE orders ADD KEY by_trace (trace, id);

ALTER TABLE audit_log ADD KEY by_request (request_id, seq);
