-- An operator could bring a deleted account back; version 2 does not.
DROP PROCEDURE IF EXISTS set_merchant_state_v1;
