-- +goose Up

-- How an edition supports travel: money in whole minor units of its currency.
-- room: support
CREATE TABLE support_programmes (
    edition      TEXT PRIMARY KEY REFERENCES editions (id),
    call         TEXT NOT NULL REFERENCES calls (id),
    currency     TEXT NOT NULL,
    budget       BIGINT NOT NULL,
    most         BIGINT NOT NULL DEFAULT 0,
    covers       JSONB NOT NULL,
    classes      JSONB NOT NULL,
    criteria     JSONB NOT NULL,
    scorers      BIGINT NOT NULL,
    accept_until TEXT NOT NULL,
    report_days  BIGINT NOT NULL,
    letter       JSONB NOT NULL,
    last_entry   BIGINT NOT NULL DEFAULT 0,
    ranked       BIGINT,
    published    BIGINT,
    version      BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX support_programmes_call ON support_programmes (call);

-- Who scores, with the country and organisation by which conflicts are found.
-- room: support
CREATE TABLE support_members (
    edition      TEXT NOT NULL REFERENCES support_programmes (edition),
    account      TEXT NOT NULL,
    country      TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    org_key      TEXT NOT NULL DEFAULT '',
    appointed    BIGINT NOT NULL,
    PRIMARY KEY (edition, account)
);
CREATE INDEX support_members_account ON support_members (account);

-- An application, and the grant that it may become. Country, classes and the rest are as
-- of the edition; they stay when what is personal is erased.
-- room: support
CREATE TABLE support_applications (
    id           TEXT PRIMARY KEY,
    edition      TEXT NOT NULL REFERENCES support_programmes (edition),
    proposal     TEXT NOT NULL UNIQUE REFERENCES proposals (id),
    number       BIGINT NOT NULL,
    account      TEXT NOT NULL DEFAULT '',
    person       TEXT NOT NULL DEFAULT '',
    state        TEXT NOT NULL,
    was          TEXT NOT NULL DEFAULT '',
    complete     BOOLEAN NOT NULL DEFAULT FALSE,
    country      TEXT NOT NULL DEFAULT '',
    region       TEXT NOT NULL DEFAULT '',
    classes      JSONB NOT NULL,
    stakeholder  TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    org_key      TEXT NOT NULL DEFAULT '',
    stated       JSONB NOT NULL,
    first_time   TEXT NOT NULL DEFAULT '',
    asked        BIGINT NOT NULL DEFAULT 0,
    findings     JSONB NOT NULL,
    overruled    TEXT NOT NULL DEFAULT '',
    score        BIGINT NOT NULL DEFAULT 0,
    place        BIGINT NOT NULL DEFAULT 0,
    choice       TEXT NOT NULL DEFAULT '',
    amount       BIGINT NOT NULL DEFAULT 0,
    because      TEXT NOT NULL DEFAULT '',
    over         TEXT NOT NULL DEFAULT '',
    feedback     JSONB NOT NULL,
    offered      BIGINT,
    answer_until TEXT NOT NULL DEFAULT '',
    answered     BIGINT,
    travel       JSONB NOT NULL,
    report       JSONB NOT NULL,
    reported     BIGINT,
    reason       TEXT NOT NULL DEFAULT '',
    submitted    BIGINT NOT NULL,
    erased       BIGINT,
    version      BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, number)
);
CREATE INDEX support_applications_state ON support_applications (edition, state, number);
CREATE INDEX support_applications_account ON support_applications (account);
CREATE INDEX support_applications_person ON support_applications (person);

-- Somebody who is asked by mail whether she recommends an applicant.
-- room: support
CREATE TABLE support_recommendations (
    application TEXT PRIMARY KEY REFERENCES support_applications (id),
    name        TEXT NOT NULL DEFAULT '',
    email       TEXT NOT NULL DEFAULT '',
    email_key   TEXT NOT NULL DEFAULT '',
    lang        TEXT NOT NULL,
    state       TEXT NOT NULL,
    words       TEXT NOT NULL DEFAULT '',
    token       TEXT NOT NULL DEFAULT '',
    round       BIGINT NOT NULL DEFAULT 1,
    asked       BIGINT NOT NULL,
    answered    BIGINT
);
CREATE UNIQUE INDEX support_recommendations_token ON support_recommendations (token) WHERE token <> '';

-- What a member of the committee says of an application.
-- room: support
CREATE TABLE support_scores (
    application TEXT NOT NULL REFERENCES support_applications (id),
    account     TEXT NOT NULL,
    state       TEXT NOT NULL,
    marks       JSONB NOT NULL,
    words       TEXT NOT NULL DEFAULT '',
    at          BIGINT NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (application, account)
);

-- The ledger: rows are added and never changed. A mistake is corrected by a row that
-- reverses it.
-- room: support
CREATE TABLE support_entries (
    id          TEXT PRIMARY KEY,
    edition     TEXT NOT NULL REFERENCES support_programmes (edition),
    number      BIGINT NOT NULL,
    application TEXT NOT NULL REFERENCES support_applications (id),
    kind        TEXT NOT NULL,
    amount      BIGINT NOT NULL,
    day         TEXT NOT NULL,
    reference   TEXT NOT NULL DEFAULT '',
    note        TEXT NOT NULL DEFAULT '',
    reverses    TEXT NOT NULL DEFAULT '',
    over        TEXT NOT NULL DEFAULT '',
    account     TEXT NOT NULL DEFAULT '',
    at          BIGINT NOT NULL,
    UNIQUE (edition, number)
);
CREATE UNIQUE INDEX support_entries_reverses ON support_entries (reverses) WHERE reverses <> '';
CREATE INDEX support_entries_application ON support_entries (application, number);

-- Boarding passes and receipts; only the grantee and the staff read them.
-- room: support
CREATE TABLE support_files (
    id          TEXT PRIMARY KEY,
    application TEXT NOT NULL REFERENCES support_applications (id),
    kind        TEXT NOT NULL,
    file        TEXT NOT NULL,
    name        TEXT NOT NULL,
    size        BIGINT NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX support_files_of ON support_files (application, at);

-- Which reminders were sent.
-- room: support
CREATE TABLE support_reminders (
    application TEXT NOT NULL REFERENCES support_applications (id),
    kind        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (application, kind)
);
