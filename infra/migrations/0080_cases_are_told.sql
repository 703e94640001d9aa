-- A case is an alert that waits to be written: whoever opens one may end before anybody was told. And what a day's bill has shown is
-- found by its day.

ALTER TABLE reconciliation_cases ADD COLUMN told_at DATETIME(3) NULL;

ALTER TABLE reconciliation_cases ADD KEY by_told (told_at, created_at);

ALTER TABLE reconciliation_cases ADD KEY by_day (channel, day);

UPDATE reconciliation_cases SET told_at = ended_at WHERE state = 'ended';
