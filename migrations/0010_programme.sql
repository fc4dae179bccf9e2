-- +goose Up

-- room: programme
CREATE TABLE session_types (
    id                TEXT PRIMARY KEY,
    edition           TEXT NOT NULL REFERENCES editions (id),
    position          BIGINT NOT NULL,
    slug              TEXT NOT NULL,
    prefix            TEXT NOT NULL,
    name              JSONB NOT NULL,
    durations         JSONB NOT NULL,
    services          JSONB NOT NULL,
    windows           JSONB NOT NULL,
    gap_minutes       BIGINT NOT NULL DEFAULT 0,
    takeaways_minutes BIGINT NOT NULL DEFAULT 0,
    report_days       BIGINT NOT NULL DEFAULT 0,
    owes_messages     BOOLEAN NOT NULL DEFAULT FALSE,
    version           BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, slug),
    UNIQUE (edition, prefix)
);

-- room: programme
CREATE TABLE sessions (
    id                 TEXT PRIMARY KEY,
    edition            TEXT NOT NULL REFERENCES editions (id),
    ref                TEXT NOT NULL,
    type               TEXT NOT NULL REFERENCES session_types (id),
    number             BIGINT NOT NULL,
    title              JSONB NOT NULL,
    short_title        JSONB NOT NULL,
    description        JSONB NOT NULL,
    goal               JSONB NOT NULL,
    agenda             JSONB NOT NULL,
    guiding_questions  JSONB NOT NULL,
    format             TEXT NOT NULL DEFAULT '',
    theme              TEXT NOT NULL DEFAULT '',
    tags               JSONB NOT NULL,
    sdgs               JSONB NOT NULL,
    action_lines       JSONB NOT NULL,
    links              JSONB NOT NULL,
    starts             BIGINT,
    ends               BIGINT,
    day                TEXT NOT NULL DEFAULT '',
    room               TEXT NOT NULL DEFAULT '',
    language           TEXT NOT NULL DEFAULT '',
    invited_only       BOOLEAN NOT NULL DEFAULT FALSE,
    open_floor_minutes BIGINT NOT NULL DEFAULT 0,
    body               TEXT NOT NULL DEFAULT '',
    state              TEXT NOT NULL,
    cancelled_note     JSONB NOT NULL,
    search_key         TEXT NOT NULL DEFAULT '',
    marks              TEXT NOT NULL DEFAULT '',
    created            BIGINT NOT NULL,
    version            BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, ref)
);
CREATE INDEX sessions_starts ON sessions (edition, starts);
CREATE INDEX sessions_body ON sessions (body);

-- room: programme
CREATE TABLE session_refs (
    edition TEXT NOT NULL REFERENCES editions (id),
    ref     TEXT NOT NULL,
    session TEXT NOT NULL REFERENCES sessions (id),
    PRIMARY KEY (edition, ref)
);
CREATE INDEX session_refs_session ON session_refs (session);

-- room: programme
CREATE TABLE session_questions (
    session  TEXT NOT NULL REFERENCES sessions (id),
    question TEXT NOT NULL,
    PRIMARY KEY (session, question)
);
CREATE INDEX session_questions_question ON session_questions (question);

-- room: programme
CREATE TABLE session_tracks (
    session TEXT NOT NULL REFERENCES sessions (id),
    body    TEXT NOT NULL,
    PRIMARY KEY (session, body)
);
CREATE INDEX session_tracks_body ON session_tracks (body);

-- room: programme
CREATE TABLE session_roles (
    id           TEXT PRIMARY KEY,
    session      TEXT NOT NULL REFERENCES sessions (id),
    position     BIGINT NOT NULL,
    person       TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    role         TEXT NOT NULL,
    snapshot     JSONB NOT NULL,
    affiliated   TEXT NOT NULL DEFAULT '',
    given        BOOLEAN NOT NULL DEFAULT FALSE,
    note         JSONB NOT NULL
);
CREATE INDEX session_roles_session ON session_roles (session, position);
CREATE INDEX session_roles_person ON session_roles (person);
CREATE INDEX session_roles_organisation ON session_roles (organisation);

-- room: programme
CREATE TABLE session_relations (
    id           TEXT PRIMARY KEY,
    from_session TEXT NOT NULL REFERENCES sessions (id),
    to_session   TEXT NOT NULL REFERENCES sessions (id),
    kind         TEXT NOT NULL,
    note         JSONB NOT NULL,
    UNIQUE (from_session, to_session, kind)
);
CREATE INDEX session_relations_to ON session_relations (to_session);
