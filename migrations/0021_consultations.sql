-- +goose Up

-- A window in which a published text is open for review. What state it is in follows from
-- the time and from what was done; comments and undisposed are counted anew in each act.
-- said is how far its events have been told: announced, opened, closed, ended.
-- room: consultations
CREATE TABLE consultations (
    id             TEXT PRIMARY KEY,
    ref            TEXT NOT NULL UNIQUE,
    scope          TEXT NOT NULL,
    document       TEXT NOT NULL REFERENCES documents (id),
    kind           TEXT NOT NULL,
    edition        TEXT NOT NULL DEFAULT '',
    body           TEXT NOT NULL DEFAULT '',
    revision       BIGINT NOT NULL,
    title          JSONB NOT NULL,
    notice         JSONB NOT NULL,
    langs          JSONB NOT NULL,
    who            TEXT NOT NULL,
    zone           TEXT NOT NULL,
    opens          BIGINT NOT NULL,
    closes         BIGINT NOT NULL,
    private_notes  BOOLEAN NOT NULL,
    proposals      BOOLEAN NOT NULL,
    late           BOOLEAN NOT NULL,
    min_days       BIGINT NOT NULL DEFAULT 0,
    reply_days     BIGINT NOT NULL DEFAULT 14,
    challenge_days BIGINT NOT NULL DEFAULT 30,
    answer_days    BIGINT NOT NULL DEFAULT 30,
    comments       BIGINT NOT NULL DEFAULT 0,
    undisposed     BIGINT NOT NULL DEFAULT 0,
    challenges     BIGINT NOT NULL DEFAULT 0,
    answered       BIGINT,
    ended          BIGINT,
    said           TEXT NOT NULL,
    next           BIGINT NOT NULL DEFAULT 1,
    created        BIGINT NOT NULL,
    version        BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX consultations_document ON consultations (document);
CREATE INDEX consultations_closes ON consultations (closes);

-- A comment with who its author said she is on that day, where it stands in the revision
-- that she read, what became of it, and her last word on that.
-- room: consultations
CREATE TABLE comments (
    id             TEXT PRIMARY KEY,
    consultation   TEXT NOT NULL REFERENCES consultations (id),
    number         BIGINT NOT NULL,
    account        TEXT NOT NULL,
    person         TEXT NOT NULL DEFAULT '',
    name           TEXT NOT NULL,
    grp            TEXT NOT NULL,
    region         TEXT NOT NULL,
    country        TEXT NOT NULL DEFAULT '',
    organisation   TEXT NOT NULL DEFAULT '',
    lang           TEXT NOT NULL,
    body           TEXT NOT NULL,
    proposal       TEXT NOT NULL DEFAULT '',
    label          TEXT NOT NULL DEFAULT '',
    revision       BIGINT NOT NULL,
    para           TEXT NOT NULL DEFAULT '',
    from_rune      BIGINT NOT NULL DEFAULT 0,
    to_rune        BIGINT NOT NULL DEFAULT 0,
    quote          TEXT NOT NULL DEFAULT '',
    quote_before   TEXT NOT NULL DEFAULT '',
    quote_after    TEXT NOT NULL DEFAULT '',
    place          BIGINT NOT NULL DEFAULT 0,
    anchor_lang    TEXT NOT NULL DEFAULT '',
    state          TEXT NOT NULL,
    is_late        BOOLEAN NOT NULL DEFAULT FALSE,
    via            TEXT NOT NULL,
    mails          TEXT NOT NULL,
    supports       BIGINT NOT NULL DEFAULT 0,
    assignee       TEXT NOT NULL DEFAULT '',
    disposition    TEXT NOT NULL DEFAULT '',
    reason         JSONB NOT NULL,
    duplicate_of   BIGINT NOT NULL DEFAULT 0,
    disposed_by    TEXT NOT NULL DEFAULT '',
    disposed       BIGINT,
    disposition_published BIGINT,
    told           BOOLEAN NOT NULL DEFAULT FALSE,
    word           TEXT NOT NULL DEFAULT '',
    word_why       TEXT NOT NULL DEFAULT '',
    word_at        BIGINT,
    created        BIGINT NOT NULL,
    edited         BIGINT,
    version        BIGINT NOT NULL DEFAULT 1,
    UNIQUE (consultation, number)
);
CREATE INDEX comments_account ON comments (account);

-- What only the author and the staff read.
-- room: consultations
CREATE TABLE comment_notes (
    comment TEXT PRIMARY KEY REFERENCES comments (id),
    note    TEXT NOT NULL
);

-- room: consultations
CREATE TABLE comment_supports (
    comment TEXT NOT NULL REFERENCES comments (id),
    account TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (comment, account)
);

-- Where each comment stands in each published revision of its text.
-- room: consultations
CREATE TABLE comment_places (
    comment   TEXT NOT NULL REFERENCES comments (id),
    revision  BIGINT NOT NULL,
    para      TEXT NOT NULL,
    from_rune BIGINT NOT NULL,
    to_rune   BIGINT NOT NULL,
    result    TEXT NOT NULL,
    score     DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (comment, revision)
);

-- The change in the text that a comment led to.
-- room: consultations
CREATE TABLE comment_changes (
    comment  TEXT NOT NULL REFERENCES comments (id),
    revision BIGINT NOT NULL,
    para     TEXT NOT NULL,
    sentence BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (comment, revision, para, sentence)
);
CREATE INDEX comment_changes_revision ON comment_changes (revision);

-- What was done to comments in moderation, with the rule and the role; appeals.
-- room: consultations
CREATE TABLE comment_acts (
    id           TEXT PRIMARY KEY,
    consultation TEXT NOT NULL REFERENCES consultations (id),
    comment      TEXT NOT NULL REFERENCES comments (id),
    kind         TEXT NOT NULL,
    rule         TEXT NOT NULL DEFAULT '',
    role         TEXT NOT NULL,
    account      TEXT NOT NULL DEFAULT '',
    person       TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT '',
    appeal       TEXT NOT NULL DEFAULT '',
    appealed     BIGINT,
    answer       TEXT NOT NULL DEFAULT '',
    outcome      TEXT NOT NULL DEFAULT '',
    answered     BIGINT,
    answered_by  TEXT NOT NULL DEFAULT '',
    created      BIGINT NOT NULL
);
CREATE INDEX comment_acts_consultation ON comment_acts (consultation);
CREATE INDEX comment_acts_comment ON comment_acts (comment);

-- Reasons that drafters use again and again.
-- room: consultations
CREATE TABLE disposition_reasons (
    id           TEXT PRIMARY KEY,
    consultation TEXT NOT NULL REFERENCES consultations (id),
    reason       JSONB NOT NULL
);
CREATE INDEX disposition_reasons_consultation ON disposition_reasons (consultation);

-- Why drafters changed a sentence for which nobody had asked.
-- room: consultations
CREATE TABLE own_changes (
    document TEXT NOT NULL REFERENCES documents (id),
    revision BIGINT NOT NULL,
    para     TEXT NOT NULL,
    sentence BIGINT NOT NULL,
    reason   JSONB NOT NULL,
    PRIMARY KEY (document, revision, para, sentence)
);

-- Doubts of commenters about the synthesis, and the answers.
-- room: consultations
CREATE TABLE consultation_challenges (
    id           TEXT PRIMARY KEY,
    consultation TEXT NOT NULL REFERENCES consultations (id),
    number       BIGINT NOT NULL,
    account      TEXT NOT NULL,
    name         TEXT NOT NULL,
    grp          TEXT NOT NULL,
    lang         TEXT NOT NULL,
    body         TEXT NOT NULL,
    answer       JSONB NOT NULL,
    answered     BIGINT,
    created      BIGINT NOT NULL,
    UNIQUE (consultation, number)
);

-- Comments that came by mail and wait for the word of their sender. token is a hash.
-- room: consultations
CREATE TABLE mailed_comments (
    token        TEXT PRIMARY KEY,
    consultation TEXT NOT NULL REFERENCES consultations (id),
    message      TEXT NOT NULL,
    email        TEXT NOT NULL,
    name         TEXT NOT NULL,
    lang         TEXT NOT NULL,
    subject      TEXT NOT NULL,
    body         TEXT NOT NULL,
    file_name    TEXT NOT NULL DEFAULT '',
    file         TEXT NOT NULL DEFAULT '', -- base64: the form of a delegation
    created      BIGINT NOT NULL,
    expires      BIGINT NOT NULL,
    UNIQUE (consultation, message)
);
CREATE INDEX mailed_comments_expires ON mailed_comments (expires);
