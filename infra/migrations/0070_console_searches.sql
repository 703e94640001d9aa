-- What the console searches by: why tasks failed, which card they are of, what state orders are in; and the channels' days, newest first.

ALTER TABLE tasks ADD KEY by_cause (error_code, id);

ALTER TABLE tasks ADD KEY by_card (feature_id, id);

ALTER TABLE orders ADD KEY by_state (state, id);

ALTER TABLE bill_days ADD KEY by_day (day, channel);
