-- +goose Up

-- How the answers to a call are selected: rules, reasons, tasks of those who were taken.
-- room: selection
CREATE TABLE selections (
    call    TEXT PRIMARY KEY REFERENCES calls (id),
    rules   JSONB NOT NULL,
    reasons JSONB NOT NULL,
    tasks   JSONB NOT NULL,
    about   JSONB NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

-- What somebody has chosen by hand. Nothing of it is known outside until a round publishes it.
-- room: selection
CREATE TABLE selection_choices (
    proposal   TEXT PRIMARY KEY REFERENCES proposals (id),
    call       TEXT NOT NULL REFERENCES calls (id),
    choice     TEXT NOT NULL,
    type       TEXT NOT NULL DEFAULT '',
    target     TEXT NOT NULL DEFAULT '',
    conditions TEXT NOT NULL DEFAULT '',
    reasons    JSONB NOT NULL,
    words      TEXT NOT NULL DEFAULT '',
    note       TEXT NOT NULL DEFAULT '',
    account    TEXT NOT NULL DEFAULT '',
    by_name    TEXT NOT NULL DEFAULT '',
    at         BIGINT NOT NULL,
    version    BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX selection_choices_call ON selection_choices (call);

-- A merger of two proposals: recommended, and agreed by both or not at all.
-- room: selection
CREATE TABLE selection_mergers (
    id        TEXT PRIMARY KEY,
    call      TEXT NOT NULL REFERENCES calls (id),
    one       TEXT NOT NULL REFERENCES proposals (id),
    two       TEXT NOT NULL REFERENCES proposals (id),
    words     TEXT NOT NULL DEFAULT '',
    state     TEXT NOT NULL,
    one_says  TEXT NOT NULL DEFAULT '',
    two_says  TEXT NOT NULL DEFAULT '',
    one_words TEXT NOT NULL DEFAULT '',
    two_words TEXT NOT NULL DEFAULT '',
    by_name   TEXT NOT NULL DEFAULT '',
    at        BIGINT NOT NULL,
    answered  BIGINT,
    version   BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX selection_mergers_call ON selection_mergers (call);

-- Decisions that were published at once, with all that they follow from.
-- room: selection
CREATE TABLE selection_rounds (
    call    TEXT NOT NULL REFERENCES calls (id),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    body    TEXT NOT NULL DEFAULT '',
    note    JSONB NOT NULL,
    inputs  JSONB NOT NULL,
    facts   JSONB NOT NULL,
    digest  TEXT NOT NULL,
    PRIMARY KEY (call, number)
);

-- What a round says of a proposal, and what its proposers answered.
-- room: selection
CREATE TABLE selection_results (
    call       TEXT NOT NULL REFERENCES calls (id),
    round      BIGINT NOT NULL,
    proposal   TEXT NOT NULL REFERENCES proposals (id),
    place      BIGINT NOT NULL,
    choice     TEXT NOT NULL,
    type       TEXT NOT NULL DEFAULT '',
    target     TEXT NOT NULL DEFAULT '',
    conditions TEXT NOT NULL DEFAULT '',
    reasons    JSONB NOT NULL,
    words      TEXT NOT NULL DEFAULT '',
    hand       BOOLEAN NOT NULL,
    why        TEXT NOT NULL DEFAULT '',
    answer     TEXT NOT NULL DEFAULT '',
    answered   BIGINT,
    by_name    TEXT NOT NULL DEFAULT '',
    version    BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (call, round, proposal)
);
CREATE INDEX selection_results_proposal ON selection_results (proposal, round);

-- The session that a proposal became; one that was merged stands with the other's.
-- room: selection
CREATE TABLE selection_sessions (
    proposal TEXT PRIMARY KEY REFERENCES proposals (id),
    session  TEXT NOT NULL,
    edition  TEXT NOT NULL,
    at       BIGINT NOT NULL
);
CREATE INDEX selection_sessions_session ON selection_sessions (session);

-- Letters that say what was decided, where a call has its own words.
-- room: selection
CREATE TABLE selection_letters (
    call    TEXT NOT NULL REFERENCES calls (id),
    kind    TEXT NOT NULL,
    lang    TEXT NOT NULL,
    subject TEXT NOT NULL,
    body    TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (call, kind, lang)
);

-- Tasks that organisers have ticked off.
-- room: selection
CREATE TABLE selection_done (
    proposal TEXT NOT NULL REFERENCES proposals (id),
    task     TEXT NOT NULL,
    by_name  TEXT NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (proposal, task)
);

-- Announcements to the organisers whose proposals were taken.
-- room: selection
CREATE TABLE selection_news (
    id      TEXT PRIMARY KEY,
    call    TEXT NOT NULL REFERENCES calls (id),
    title   JSONB NOT NULL,
    body    JSONB NOT NULL,
    by_name TEXT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX selection_news_call ON selection_news (call, at);
