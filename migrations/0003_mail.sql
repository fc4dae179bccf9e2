-- +goose Up

-- created and sent are times of the forum's clock, for people; queued, next_try and
-- expires are the machine's.

-- room: mail
CREATE TABLE outbox (
    id          TEXT PRIMARY KEY,
    message_id  TEXT NOT NULL UNIQUE,
    kind        TEXT NOT NULL,
    ref         TEXT NOT NULL DEFAULT '',
    to_addr     TEXT NOT NULL,
    to_name     TEXT NOT NULL DEFAULT '',
    lang        TEXT NOT NULL DEFAULT 'en',
    subject     TEXT NOT NULL,
    text        TEXT NOT NULL,
    html        TEXT NOT NULL DEFAULT '',
    unsubscribe TEXT NOT NULL DEFAULT '',
    urgent      BOOLEAN NOT NULL DEFAULT FALSE,
    state       TEXT NOT NULL,
    attempts    BIGINT NOT NULL DEFAULT 0,
    last_error  TEXT NOT NULL DEFAULT '',
    queued      BIGINT NOT NULL,
    next_try    BIGINT NOT NULL,
    expires     BIGINT,
    created     BIGINT NOT NULL,
    sent        BIGINT
);
CREATE INDEX outbox_due ON outbox (state, next_try);
CREATE INDEX outbox_queued ON outbox (queued, id);
