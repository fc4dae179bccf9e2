-- +goose Up

-- Addresses of other programs to which public events are posted. kinds are subjects of
-- events, one per line; empty is all. Events up to since are not told. failing is when the
-- first of a row of tries failed; after days of nothing else the hook is stopped. A secret
-- that was replaced counts on until old_until.
-- room: hooks
CREATE TABLE webhooks (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    url        TEXT NOT NULL,
    kinds      TEXT NOT NULL DEFAULT '',
    edition    TEXT NOT NULL DEFAULT '',
    state      TEXT NOT NULL,
    since      BIGINT NOT NULL DEFAULT 0,
    generation BIGINT NOT NULL DEFAULT 1,
    old_until  BIGINT,
    failing    BIGINT,
    account    TEXT NOT NULL DEFAULT '',
    created    BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);

-- One event on its way to one address. body is written at the first try and stays the same.
-- event is that of the record, or for a test the delivery's own id.
-- room: hooks
CREATE TABLE webhook_deliveries (
    id       TEXT PRIMARY KEY,
    hook     TEXT NOT NULL REFERENCES webhooks (id),
    event    TEXT NOT NULL,
    seq      BIGINT NOT NULL DEFAULT 0,
    kind     TEXT NOT NULL,
    state    TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    next_try BIGINT,
    body     TEXT NOT NULL DEFAULT '',
    status   BIGINT NOT NULL DEFAULT 0,
    answer   TEXT NOT NULL DEFAULT '',
    error    TEXT NOT NULL DEFAULT '',
    took     BIGINT NOT NULL DEFAULT 0,
    created  BIGINT NOT NULL,
    tried    BIGINT,
    UNIQUE (hook, event)
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, next_try);
CREATE INDEX webhook_deliveries_hook ON webhook_deliveries (hook, created, id);
