-- +goose Up

-- How long things are kept, for the whole forum; its only row is "forum".
-- room: mine
CREATE TABLE mine_settings (
    id      TEXT PRIMARY KEY,
    cooling BIGINT NOT NULL DEFAULT 7,
    needs   BIGINT NOT NULL DEFAULT 60,
    version BIGINT NOT NULL DEFAULT 1
);

-- Requests to erase somebody. code_hash is that of the link with which she confirms;
-- reason is that of the staff, who erase on a request on paper. What is done names nobody:
-- the account is empty by then.
-- room: mine
CREATE TABLE erase_requests (
    id         TEXT PRIMARY KEY,
    account    TEXT NOT NULL,
    state      TEXT NOT NULL,
    keep_name  BOOLEAN NOT NULL DEFAULT FALSE,
    code_hash  TEXT NOT NULL DEFAULT '',
    code_until BIGINT,
    asked      BIGINT NOT NULL,
    confirmed  BIGINT,
    due        BIGINT,
    ended      BIGINT,
    by_account TEXT NOT NULL DEFAULT '',
    reason     TEXT NOT NULL DEFAULT '',
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX erase_requests_account ON erase_requests (account, state);
CREATE INDEX erase_requests_due ON erase_requests (state, due);
