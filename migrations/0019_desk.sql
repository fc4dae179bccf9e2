-- +goose Up

-- What was saved by itself since somebody last saved by hand: a saving by hand says in
-- the record that the draft changed.
-- room: reports
ALTER TABLE reports ADD COLUMN unsaid BOOLEAN NOT NULL DEFAULT FALSE;

-- Notes of those who report a session. They are never published.
-- room: reports
CREATE TABLE report_notes (
    session TEXT PRIMARY KEY REFERENCES sessions (id),
    words   TEXT NOT NULL,
    saved   BIGINT,
    version BIGINT NOT NULL DEFAULT 1
);

-- Who took part in a session, as it was counted or estimated (the gender report card).
-- A number of -1 is not known.
-- room: reports
CREATE TABLE report_cards (
    session        TEXT PRIMARY KEY REFERENCES sessions (id),
    edition        TEXT NOT NULL REFERENCES editions (id),
    how            TEXT NOT NULL,
    reason         TEXT NOT NULL,
    onsite         BIGINT NOT NULL,
    online         BIGINT NOT NULL,
    women          BIGINT NOT NULL,
    men            BIGINT NOT NULL,
    other          BIGINT NOT NULL,
    unstated       BIGINT NOT NULL,
    speakers       BIGINT NOT NULL,
    speakers_women BIGINT NOT NULL,
    topic          TEXT NOT NULL,
    words          JSONB NOT NULL,
    saved          BIGINT NOT NULL,
    version        BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX report_cards_edition ON report_cards (edition);

-- To whom the writing of a session's reports was handed over. It gives the right to
-- write, and changes nothing in the programme.
-- room: reports
CREATE TABLE report_helpers (
    id         TEXT PRIMARY KEY,
    edition    TEXT NOT NULL REFERENCES editions (id),
    session    TEXT NOT NULL REFERENCES sessions (id),
    person     TEXT NOT NULL,
    account    TEXT NOT NULL,
    email      TEXT NOT NULL,
    email_key  TEXT NOT NULL,
    note       TEXT NOT NULL,
    by_account TEXT NOT NULL,
    by_person  TEXT NOT NULL,
    given      BIGINT NOT NULL,
    taken      BIGINT,
    ended      BIGINT
);
CREATE INDEX report_helpers_session ON report_helpers (session);
CREATE INDEX report_helpers_account ON report_helpers (account);

-- What an edition expects of its reports, where it differs from the usual.
-- room: reports
CREATE TABLE report_settings (
    edition  TEXT PRIMARY KEY REFERENCES editions (id),
    licence  TEXT NOT NULL,
    sections JSONB NOT NULL,
    steps    JSONB NOT NULL,
    version  BIGINT NOT NULL DEFAULT 1
);

-- Which parts a report must have, by the type of the session.
-- room: reports
CREATE TABLE report_rules (
    edition   TEXT NOT NULL REFERENCES editions (id),
    type      TEXT NOT NULL REFERENCES session_types (id),
    takeaways BIGINT NOT NULL,
    calls     BIGINT NOT NULL,
    card      BOOLEAN NOT NULL,
    sections  BOOLEAN NOT NULL,
    PRIMARY KEY (edition, type)
);

-- Which reminder went to whom. A row is made once; the mail is queued in the same act.
-- room: reports
CREATE TABLE report_reminders (
    session TEXT NOT NULL,
    kind    TEXT NOT NULL,
    step    TEXT NOT NULL,
    account TEXT NOT NULL,
    edition TEXT NOT NULL REFERENCES editions (id),
    sent    BIGINT NOT NULL,
    PRIMARY KEY (session, kind, step, account)
);
CREATE INDEX report_reminders_edition ON report_reminders (edition, sent);

-- What the secretariat notes about a report that it runs after.
-- room: reports
CREATE TABLE report_remarks (
    session TEXT NOT NULL REFERENCES sessions (id),
    kind    TEXT NOT NULL,
    edition TEXT NOT NULL REFERENCES editions (id),
    words   TEXT NOT NULL,
    person  TEXT NOT NULL,
    saved   BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (session, kind)
);
