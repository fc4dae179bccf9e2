-- +goose Up

-- How badges look: of all categories (''), or of one.
-- room: badges
CREATE TABLE badge_designs (
    id         TEXT PRIMARY KEY,
    edition    TEXT NOT NULL REFERENCES editions (id),
    category   TEXT NOT NULL DEFAULT '',
    template   TEXT NOT NULL,
    lines      JSONB NOT NULL,
    size       TEXT NOT NULL,
    background BIGINT NOT NULL DEFAULT 0,
    lang       TEXT NOT NULL DEFAULT 'en',
    back       JSONB NOT NULL,
    logo       TEXT NOT NULL DEFAULT '',
    version    BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, category)
);

-- Badges; of the badges of a registration one at most is not revoked.
-- room: badges
CREATE TABLE badges (
    id           TEXT PRIMARY KEY,
    edition      TEXT NOT NULL REFERENCES editions (id),
    registration TEXT NOT NULL REFERENCES registrations (id),
    serial       BIGINT NOT NULL,
    issued       BIGINT NOT NULL,
    printed      BIGINT,
    batch        TEXT NOT NULL DEFAULT '',
    revoked      BIGINT,
    reason       TEXT NOT NULL DEFAULT '',
    UNIQUE (registration, serial)
);
CREATE INDEX badges_edition ON badges (edition, registration);

-- Runs of badges for the printer.
-- room: badges
CREATE TABLE badge_batches (
    id       TEXT PRIMARY KEY,
    edition  TEXT NOT NULL REFERENCES editions (id),
    number   BIGINT NOT NULL,
    chosen   JSONB NOT NULL,
    count    BIGINT NOT NULL,
    left_out JSONB NOT NULL,
    asked    BIGINT,
    parts    BIGINT NOT NULL DEFAULT 0,
    account  TEXT NOT NULL DEFAULT '',
    created  BIGINT NOT NULL,
    version  BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, number)
);
CREATE INDEX badge_batches_asked ON badge_batches (asked);

-- room: badges
CREATE TABLE badge_items (
    batch    TEXT NOT NULL REFERENCES badge_batches (id),
    position BIGINT NOT NULL,
    badge    TEXT NOT NULL REFERENCES badges (id),
    PRIMARY KEY (batch, position)
);

-- Files of a batch in base64; they hold names and are dropped after a day.
-- room: badges
CREATE TABLE badge_files (
    batch TEXT NOT NULL REFERENCES badge_batches (id),
    part  BIGINT NOT NULL,
    data  TEXT NOT NULL,
    made  BIGINT NOT NULL,
    PRIMARY KEY (batch, part)
);

-- Devices that read badges.
-- room: badges
CREATE TABLE doors (
    id         TEXT PRIMARY KEY,
    edition    TEXT NOT NULL REFERENCES editions (id),
    name       TEXT NOT NULL,
    kind       TEXT NOT NULL,
    room       TEXT NOT NULL DEFAULT '',
    link_hash  TEXT NOT NULL DEFAULT '',
    link_until BIGINT,
    token_hash TEXT NOT NULL DEFAULT '',
    opened     BIGINT,
    seen       BIGINT,
    waiting    BIGINT NOT NULL DEFAULT 0,
    revoked    BIGINT,
    created    BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX doors_edition ON doors (edition);
CREATE INDEX doors_link ON doors (link_hash);
CREATE INDEX doors_token ON doors (token_hash);

-- Badges held before a door; the id comes from the device.
-- room: badges
CREATE TABLE door_scans (
    id           TEXT PRIMARY KEY,
    edition      TEXT NOT NULL REFERENCES editions (id),
    door         TEXT NOT NULL REFERENCES doors (id),
    registration TEXT NOT NULL DEFAULT '',
    serial       BIGINT NOT NULL DEFAULT 0,
    session      TEXT NOT NULL DEFAULT '',
    result       TEXT NOT NULL,
    told         TEXT NOT NULL,
    how          TEXT NOT NULL,
    at           BIGINT NOT NULL,
    device       BIGINT,
    received     BIGINT NOT NULL
);
CREATE INDEX door_scans_door ON door_scans (door, at);
CREATE INDEX door_scans_of ON door_scans (edition, registration, at);

-- When somebody first came: one row for a registration.
-- room: badges
CREATE TABLE badge_arrivals (
    registration TEXT PRIMARY KEY REFERENCES registrations (id),
    edition      TEXT NOT NULL REFERENCES editions (id),
    door         TEXT NOT NULL DEFAULT '',
    at           BIGINT NOT NULL
);
CREATE INDEX badge_arrivals_edition ON badge_arrivals (edition, at);
