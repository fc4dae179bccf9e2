-- +goose Up

-- Personal tokens: what a program sends to act for an account. Only the hash is kept, and
-- the last four signs by which its owner knows it again. Times are those of the machine's
-- clock, as of sessions.
-- room: authn
CREATE TABLE account_tokens (
    id      TEXT PRIMARY KEY,
    hash    TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES accounts (id),
    name    TEXT NOT NULL,
    tail    TEXT NOT NULL,
    scopes  TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used    BIGINT
);
CREATE INDEX account_tokens_account ON account_tokens (account);

-- By which token an event's account acted; empty: in a browser.
ALTER TABLE events ADD COLUMN token TEXT NOT NULL DEFAULT '';

-- Answers to calls that named a key, so that the same call sent again gets the same answer.
-- The key is a hash of the account and the key as sent; sent is a hash of the call.
-- room: web
CREATE TABLE api_keys (
    id      TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    sent    TEXT NOT NULL,
    begun   BIGINT NOT NULL,
    status  BIGINT NOT NULL DEFAULT 0,
    headers TEXT NOT NULL DEFAULT '',
    body    TEXT NOT NULL DEFAULT ''
);
CREATE INDEX api_keys_begun ON api_keys (begun);
CREATE INDEX api_keys_account ON api_keys (account);
