-- What the console lists: tasks of one state, newest first.

ALTER TABLE tasks ADD KEY by_state (state, id);
