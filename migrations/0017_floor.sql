-- +goose Up

-- The record of what was said in a session: one transcript per language.
-- room: floor
CREATE TABLE transcripts (
    id        TEXT PRIMARY KEY,
    edition   TEXT NOT NULL REFERENCES editions (id),
    session   TEXT NOT NULL REFERENCES sessions (id),
    language  TEXT NOT NULL,
    original  BOOLEAN NOT NULL DEFAULT FALSE,
    source    TEXT NOT NULL,
    licence   TEXT NOT NULL DEFAULT '',
    zero      BIGINT,
    estimated BOOLEAN NOT NULL DEFAULT FALSE,
    state     TEXT NOT NULL,
    format    TEXT NOT NULL DEFAULT '',
    file      TEXT NOT NULL DEFAULT '',
    file_name TEXT NOT NULL DEFAULT '',
    created   BIGINT NOT NULL,
    updated   BIGINT NOT NULL,
    version   BIGINT NOT NULL DEFAULT 1,
    UNIQUE (session, language)
);
CREATE INDEX transcripts_edition ON transcripts (edition);

-- Segments are never changed but for the mark that a newer revision stands: a
-- correction is a new row under the same id.
-- room: floor
CREATE TABLE transcript_segments (
    id         TEXT NOT NULL,
    revision   BIGINT NOT NULL,
    transcript TEXT NOT NULL REFERENCES transcripts (id),
    newest     BOOLEAN NOT NULL,
    withdrawn  BOOLEAN NOT NULL DEFAULT FALSE,
    position   BIGINT NOT NULL,
    starts     BIGINT NOT NULL,
    ends       BIGINT NOT NULL,
    anchor     TEXT NOT NULL,
    speaker    TEXT NOT NULL DEFAULT '',
    person     TEXT NOT NULL DEFAULT '',
    said       TEXT NOT NULL,
    final      BOOLEAN NOT NULL DEFAULT TRUE,
    cause      TEXT NOT NULL,
    reason     TEXT NOT NULL DEFAULT '',
    at         BIGINT NOT NULL,
    by_person  TEXT NOT NULL DEFAULT '',
    by_program TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (id, revision)
);
CREATE INDEX transcript_segments_order ON transcript_segments (transcript, newest, position);

-- Who a label of the captioner is, for all segments of a transcript.
-- room: floor
CREATE TABLE transcript_speakers (
    transcript TEXT NOT NULL REFERENCES transcripts (id),
    label      TEXT NOT NULL,
    person     TEXT NOT NULL,
    PRIMARY KEY (transcript, label)
);
CREATE INDEX transcript_speakers_person ON transcript_speakers (person);

-- room: floor
CREATE TABLE recordings (
    id         TEXT PRIMARY KEY,
    edition    TEXT NOT NULL REFERENCES editions (id),
    session    TEXT NOT NULL REFERENCES sessions (id),
    position   BIGINT NOT NULL,
    label      JSONB NOT NULL,
    url        TEXT NOT NULL,
    media      TEXT NOT NULL DEFAULT '',
    language   TEXT NOT NULL DEFAULT '',
    licence    TEXT NOT NULL DEFAULT '',
    zero_at    BIGINT NOT NULL DEFAULT 0,
    withdrawn  BOOLEAN NOT NULL DEFAULT FALSE,
    created    BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX recordings_session ON recordings (session, position);
