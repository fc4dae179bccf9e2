-- +goose Up

-- The bytes lie in the folder of files under their hash.

-- room: blob
CREATE TABLE blobs (
    hash     TEXT PRIMARY KEY,
    size     BIGINT NOT NULL,
    type     TEXT NOT NULL,
    name     TEXT NOT NULL,
    created  BIGINT NOT NULL,
    added_by TEXT NOT NULL DEFAULT ''
);
