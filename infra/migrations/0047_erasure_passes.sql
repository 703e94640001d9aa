-- Links and tokens outlive an account by up to three quarters of an hour: what it has left is gone through once more after them.

ALTER TABLE account_deletions ADD COLUMN pass_at DATETIME(3) NOT NULL DEFAULT '2000-01-01';

-- by_open serves the release before.
ALTER TABLE account_deletions ADD KEY by_pass (erased_at, pass_at);
