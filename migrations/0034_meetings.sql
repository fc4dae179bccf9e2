-- +goose Up

-- Meetings that were announced together and come again and again.
-- room: meetings
CREATE TABLE meeting_series (
    id        TEXT PRIMARY KEY,
    body      TEXT NOT NULL DEFAULT '',
    repeats   TEXT NOT NULL,
    first_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    rotates   BOOLEAN NOT NULL DEFAULT FALSE,
    created   BIGINT NOT NULL,
    version   BIGINT NOT NULL DEFAULT 1
);

-- Meetings of bodies and of the forum all year round. One that belongs to no body is the
-- forum's.
-- room: meetings
CREATE TABLE meetings (
    id          TEXT PRIMARY KEY,
    body        TEXT NOT NULL DEFAULT '',
    series      TEXT NOT NULL DEFAULT '',
    number      BIGINT NOT NULL DEFAULT 0,
    title       JSONB NOT NULL,
    agenda      JSONB NOT NULL,
    starts      BIGINT NOT NULL,
    ends        BIGINT NOT NULL,
    zone        TEXT NOT NULL,
    address     TEXT NOT NULL DEFAULT '',
    address_for TEXT NOT NULL,
    room        JSONB NOT NULL,
    state       TEXT NOT NULL,
    note        JSONB NOT NULL,
    visibility  TEXT NOT NULL,
    moved       BOOLEAN NOT NULL DEFAULT FALSE,
    reminded    BIGINT,
    created     BIGINT NOT NULL,
    changed     BIGINT NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX meetings_starts ON meetings (starts);
CREATE INDEX meetings_body ON meetings (body, starts);
CREATE INDEX meetings_series ON meetings (series, number);

-- Who has asked for the online address of a meeting. It is no event: it is between her and
-- those who run the meeting.
-- room: meetings
CREATE TABLE meeting_asks (
    meeting TEXT NOT NULL REFERENCES meetings (id),
    account TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (meeting, account)
);
