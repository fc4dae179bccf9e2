-- +goose Up

-- A title that will be public with the next release of the programme.
-- room: programme
ALTER TABLE sessions ADD COLUMN next_title TEXT NOT NULL DEFAULT '';
-- room: programme
ALTER TABLE sessions ADD COLUMN next_short_title TEXT NOT NULL DEFAULT '';

-- A calendar that goes with a mail.
-- room: mail
ALTER TABLE outbox ADD COLUMN calendar TEXT NOT NULL DEFAULT '';

-- The plan of an edition: its frame, its rules, and its private link.
-- room: timetable
CREATE TABLE timetables (
    edition    TEXT PRIMARY KEY REFERENCES editions (id),
    days       JSONB NOT NULL,
    rules      JSONB NOT NULL,
    travel     JSONB NOT NULL,
    link_hash  TEXT NOT NULL DEFAULT '',
    link_made  BIGINT,
    began      BIGINT NOT NULL,
    began_by   TEXT NOT NULL DEFAULT '',
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX timetables_link ON timetables (link_hash);

-- What the programme team has to know of a room.
-- room: timetable
CREATE TABLE timetable_rooms (
    room       TEXT PRIMARY KEY REFERENCES rooms (id) ON DELETE CASCADE,
    edition    TEXT NOT NULL REFERENCES editions (id),
    services   JSONB NOT NULL,
    open       JSONB NOT NULL,
    changeover BIGINT NOT NULL DEFAULT 0,
    hall       BOOLEAN NOT NULL DEFAULT FALSE,
    setup      TEXT NOT NULL DEFAULT '',
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX timetable_rooms_edition ON timetable_rooms (edition);

-- Where a session will stand at the next release.
-- room: timetable
CREATE TABLE placements (
    session TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    edition TEXT NOT NULL REFERENCES editions (id),
    starts  BIGINT,
    ends    BIGINT,
    room    TEXT NOT NULL DEFAULT '',
    state   TEXT NOT NULL,
    note    JSONB NOT NULL,
    pinned  BOOLEAN NOT NULL DEFAULT FALSE,
    by_name TEXT NOT NULL DEFAULT '',
    changed BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX placements_edition ON placements (edition);

-- What a session needs and would like.
-- room: timetable
CREATE TABLE placement_wishes (
    session TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    edition TEXT NOT NULL REFERENCES editions (id),
    wishes  JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX placement_wishes_edition ON placement_wishes (edition);

-- When a person or an organisation cannot be there.
-- room: timetable
CREATE TABLE timetable_absences (
    id           TEXT PRIMARY KEY,
    edition      TEXT NOT NULL REFERENCES editions (id),
    person       TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    starts       BIGINT NOT NULL,
    ends         BIGINT NOT NULL,
    note         TEXT NOT NULL DEFAULT ''
);
CREATE INDEX timetable_absences_edition ON timetable_absences (edition);

-- How two sessions stand to each other in time: before, the same day, adjacent, apart.
-- room: timetable
CREATE TABLE timetable_ties (
    id      TEXT PRIMARY KEY,
    edition TEXT NOT NULL REFERENCES editions (id),
    kind    TEXT NOT NULL,
    first   TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    second  TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    minutes BIGINT NOT NULL DEFAULT 0,
    UNIQUE (kind, first, second)
);
CREATE INDEX timetable_ties_edition ON timetable_ties (edition);

-- A finding that somebody has looked at and lets stand, with the reason.
-- room: timetable
CREATE TABLE timetable_accepted (
    id      TEXT PRIMARY KEY,
    edition TEXT NOT NULL REFERENCES editions (id),
    finding TEXT NOT NULL,
    reason  TEXT NOT NULL,
    by_name TEXT NOT NULL DEFAULT '',
    at      BIGINT NOT NULL,
    UNIQUE (edition, finding)
);

-- Steps of the plan, each of which may move several sessions; taken back and done again.
-- room: timetable
CREATE TABLE timetable_steps (
    edition TEXT NOT NULL REFERENCES editions (id),
    seq     BIGINT NOT NULL,
    account TEXT NOT NULL,
    by_name TEXT NOT NULL DEFAULT '',
    kind    TEXT NOT NULL,
    moves   JSONB NOT NULL,
    undone  BOOLEAN NOT NULL DEFAULT FALSE,
    at      BIGINT NOT NULL,
    PRIMARY KEY (edition, seq)
);
CREATE INDEX timetable_steps_account ON timetable_steps (edition, account);

-- Runs of the optimiser.
-- room: timetable
CREATE TABLE timetable_runs (
    id       TEXT PRIMARY KEY,
    edition  TEXT NOT NULL REFERENCES editions (id),
    number   BIGINT NOT NULL,
    state    TEXT NOT NULL,
    account  TEXT NOT NULL,
    by_name  TEXT NOT NULL DEFAULT '',
    asked    JSONB NOT NULL,
    base     JSONB NOT NULL,
    progress JSONB NOT NULL,
    result   JSONB NOT NULL,
    stop     BOOLEAN NOT NULL DEFAULT FALSE,
    created  BIGINT NOT NULL,
    alive    BIGINT NOT NULL,
    ended    BIGINT,
    UNIQUE (edition, number)
);

-- Releases: immutable, numbered.
-- room: timetable
CREATE TABLE releases (
    id      TEXT PRIMARY KEY,
    edition TEXT NOT NULL REFERENCES editions (id),
    number  BIGINT NOT NULL,
    note    JSONB NOT NULL,
    counts  JSONB NOT NULL,
    sha256  TEXT NOT NULL,
    by_name TEXT NOT NULL DEFAULT '',
    at      BIGINT NOT NULL,
    quiet   BOOLEAN NOT NULL DEFAULT FALSE,
    told    BIGINT,
    UNIQUE (edition, number)
);

-- The programme as a release has it.
-- room: timetable
CREATE TABLE release_slots (
    release  TEXT NOT NULL REFERENCES releases (id),
    session  TEXT NOT NULL,
    position BIGINT NOT NULL,
    ref      TEXT NOT NULL,
    title    JSONB NOT NULL,
    starts   BIGINT,
    ends     BIGINT,
    room     TEXT NOT NULL DEFAULT '',
    place    JSONB NOT NULL,
    state    TEXT NOT NULL,
    PRIMARY KEY (release, session)
);

-- What a release changed, reckoned once.
-- room: timetable
CREATE TABLE release_changes (
    release  TEXT NOT NULL REFERENCES releases (id),
    session  TEXT NOT NULL,
    position BIGINT NOT NULL,
    kinds    JSONB NOT NULL,
    before   JSONB NOT NULL,
    after    JSONB NOT NULL,
    urgent   BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (release, session)
);
CREATE INDEX release_changes_session ON release_changes (session);

-- Whom a release was told to.
-- room: timetable
CREATE TABLE release_notices (
    release TEXT NOT NULL REFERENCES releases (id),
    account TEXT NOT NULL,
    sessions JSONB NOT NULL,
    PRIMARY KEY (release, account)
);
