-- +goose Up

-- What the forum asks for, from when to when, and of whom.
-- room: calls
CREATE TABLE calls (
    id           TEXT PRIMARY KEY,
    ref          TEXT NOT NULL UNIQUE,
    edition      TEXT NOT NULL DEFAULT '',
    body         TEXT NOT NULL DEFAULT '',
    kind         TEXT NOT NULL,
    position     BIGINT NOT NULL DEFAULT 0,
    title        JSONB NOT NULL,
    about        JSONB NOT NULL,
    thanks       JSONB NOT NULL,
    published    BOOLEAN NOT NULL DEFAULT FALSE,
    cancelled    TEXT NOT NULL DEFAULT '',
    opens        BIGINT NOT NULL,
    closes       BIGINT NOT NULL,
    zone         TEXT NOT NULL,
    announced    BIGINT,
    audience     TEXT NOT NULL,
    body_kinds   JSONB NOT NULL,
    invited      JSONB NOT NULL,
    per_person   BIGINT NOT NULL DEFAULT 0,
    per_org      BIGINT NOT NULL DEFAULT 0,
    langs        JSONB NOT NULL,
    becomes      TEXT NOT NULL DEFAULT '',
    shown        TEXT NOT NULL,
    alike        BOOLEAN NOT NULL DEFAULT FALSE,
    rules        JSONB NOT NULL,
    previous     TEXT NOT NULL DEFAULT '',
    form_version BIGINT NOT NULL DEFAULT 0,
    created      BIGINT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX calls_edition ON calls (edition, position);

-- A form as it was published; version 0 is the draft.
-- room: calls
CREATE TABLE call_forms (
    call      TEXT NOT NULL REFERENCES calls (id),
    number    BIGINT NOT NULL,
    form      JSONB NOT NULL,
    published BIGINT,
    version   BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (call, number)
);

-- Why a window was moved, for everybody to read.
-- room: calls
CREATE TABLE call_moves (
    id     TEXT PRIMARY KEY,
    call   TEXT NOT NULL REFERENCES calls (id),
    was    BIGINT NOT NULL,
    now    BIGINT NOT NULL,
    reason JSONB NOT NULL,
    at     BIGINT NOT NULL
);
CREATE INDEX call_moves_call ON call_moves (call, at);

-- The steps of an edition's cycle, counted in days from the meeting or from another step.
-- room: calls
CREATE TABLE cycle_steps (
    id       TEXT PRIMARY KEY,
    edition  TEXT NOT NULL REFERENCES editions (id),
    position BIGINT NOT NULL,
    name     JSONB NOT NULL,
    about    JSONB NOT NULL,
    counted  TEXT NOT NULL,
    days     BIGINT NOT NULL DEFAULT 0,
    day      TEXT NOT NULL DEFAULT '',
    clock    TEXT NOT NULL DEFAULT '',
    zone     TEXT NOT NULL DEFAULT 'UTC',
    until    BIGINT NOT NULL DEFAULT 0,
    call     TEXT NOT NULL DEFAULT '',
    url      TEXT NOT NULL DEFAULT '',
    version  BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX cycle_steps_edition ON cycle_steps (edition, position);
