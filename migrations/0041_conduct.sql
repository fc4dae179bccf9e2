-- +goose Up

-- How an edition handles reports against its code of conduct. last_number is the number of
-- the last report; months is how long after closing personal parts are kept.
-- room: conduct
CREATE TABLE conduct_settings (
    edition     TEXT PRIMARY KEY REFERENCES editions (id),
    contact     JSONB NOT NULL,
    months      BIGINT NOT NULL DEFAULT 24,
    appeal_days BIGINT NOT NULL DEFAULT 14,
    last_number BIGINT NOT NULL DEFAULT 0,
    version     BIGINT NOT NULL DEFAULT 1
);

-- Accounts that read and decide reports of an edition. Without any, the secretariat does.
-- room: conduct
CREATE TABLE conduct_handlers (
    edition TEXT NOT NULL REFERENCES editions (id),
    account TEXT NOT NULL,
    PRIMARY KEY (edition, account)
);
CREATE INDEX conduct_handlers_account ON conduct_handlers (account);

-- Reports. account is empty where the reporter does not say who she is; token_hash is that
-- of her private link. registration is whom it concerns, once a handler knows.
-- room: conduct
CREATE TABLE conduct_reports (
    id           TEXT PRIMARY KEY,
    edition      TEXT NOT NULL REFERENCES editions (id),
    number       BIGINT NOT NULL,
    state        TEXT NOT NULL,
    token_hash   TEXT NOT NULL,
    account      TEXT NOT NULL DEFAULT '',
    contact      TEXT NOT NULL DEFAULT '',
    lang         TEXT NOT NULL DEFAULT 'en',
    withheld     BOOLEAN NOT NULL DEFAULT FALSE,
    place        TEXT NOT NULL DEFAULT '',
    happened     TEXT NOT NULL DEFAULT '',
    words        TEXT NOT NULL DEFAULT '',
    about        TEXT NOT NULL DEFAULT '',
    registration TEXT NOT NULL DEFAULT '',
    received     BIGINT NOT NULL,
    closed       BIGINT,
    erased       BIGINT,
    version      BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, number)
);
CREATE INDEX conduct_reports_token ON conduct_reports (token_hash);
CREATE INDEX conduct_reports_closed ON conduct_reports (state, closed);
CREATE INDEX conduct_reports_registration ON conduct_reports (registration);
CREATE INDEX conduct_reports_account ON conduct_reports (account);

-- What is added to a report. source is reporter, handler (who reported reads it), internal
-- (the handlers among themselves) or accused (her appeal).
-- room: conduct
CREATE TABLE conduct_notes (
    id      TEXT PRIMARY KEY,
    report  TEXT NOT NULL REFERENCES conduct_reports (id),
    source  TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    words   TEXT NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX conduct_notes_report ON conduct_notes (report, at);

-- room: conduct
CREATE TABLE conduct_files (
    id     TEXT PRIMARY KEY,
    report TEXT NOT NULL REFERENCES conduct_reports (id),
    file   TEXT NOT NULL,
    name   TEXT NOT NULL,
    size   BIGINT NOT NULL,
    at     BIGINT NOT NULL
);
CREATE INDEX conduct_files_report ON conduct_files (report);

-- Handlers who do not handle a report: it concerns them, or who reported asked for it.
-- room: conduct
CREATE TABLE conduct_recused (
    report  TEXT NOT NULL REFERENCES conduct_reports (id),
    account TEXT NOT NULL,
    PRIMARY KEY (report, account)
);

-- Decisions. token_hash is that of the link with which the person concerned reads hers and
-- appeals.
-- room: conduct
CREATE TABLE conduct_decisions (
    id           TEXT PRIMARY KEY,
    report       TEXT NOT NULL REFERENCES conduct_reports (id),
    edition      TEXT NOT NULL REFERENCES editions (id),
    registration TEXT NOT NULL DEFAULT '',
    kind         TEXT NOT NULL,
    session      TEXT NOT NULL DEFAULT '',
    body         TEXT NOT NULL DEFAULT '',
    reason       TEXT NOT NULL DEFAULT '',
    decided      BIGINT NOT NULL,
    appeal_until BIGINT,
    token_hash   TEXT NOT NULL DEFAULT '',
    account      TEXT NOT NULL DEFAULT '',
    outcome      TEXT NOT NULL DEFAULT '',
    outcome_why  TEXT NOT NULL DEFAULT '',
    outcome_at   BIGINT
);
CREATE INDEX conduct_decisions_report ON conduct_decisions (report);
CREATE INDEX conduct_decisions_edition ON conduct_decisions (edition);
CREATE INDEX conduct_decisions_registration ON conduct_decisions (registration);
CREATE INDEX conduct_decisions_token ON conduct_decisions (token_hash);

-- When the last that held a file let go of it; the bytes are taken away a while later, if
-- nothing holds them by then.
ALTER TABLE blobs ADD COLUMN dropped BIGINT;
