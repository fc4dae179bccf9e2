-- +goose Up

-- A recording may be a file of the store: the hash of its bytes and the name it came by.
-- room: floor
ALTER TABLE recordings ADD COLUMN file TEXT NOT NULL DEFAULT '';
-- room: floor
ALTER TABLE recordings ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
-- room: floor
ALTER TABLE recordings ADD COLUMN file_size BIGINT NOT NULL DEFAULT 0;
