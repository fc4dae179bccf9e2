-- +goose Up

-- How an edition registers people. last_number is the number of the last registration; the
-- counters move in the act that takes a number or a place.
-- room: participation
CREATE TABLE registration_settings (
    edition      TEXT PRIMARY KEY REFERENCES editions (id),
    call         TEXT NOT NULL DEFAULT '',
    intro        JSONB NOT NULL,
    conduct      JSONB NOT NULL,
    visa_letter  BOOLEAN NOT NULL DEFAULT FALSE,
    listed       BOOLEAN NOT NULL DEFAULT FALSE,
    online_url   TEXT NOT NULL DEFAULT '',
    rules        JSONB NOT NULL,
    letters      JSONB NOT NULL,
    last_number  BIGINT NOT NULL DEFAULT 0,
    version      BIGINT NOT NULL DEFAULT 1
);

-- taken counts the places of the category that are given away.
-- room: participation
CREATE TABLE registration_categories (
    id        TEXT PRIMARY KEY,
    edition   TEXT NOT NULL REFERENCES editions (id),
    position  BIGINT NOT NULL,
    code      TEXT NOT NULL,
    name      JSONB NOT NULL,
    about     JSONB NOT NULL,
    mode      TEXT NOT NULL DEFAULT '',
    quota     BIGINT NOT NULL DEFAULT 0,
    taken     BIGINT NOT NULL DEFAULT 0,
    approval  TEXT NOT NULL,
    documents BOOLEAN NOT NULL DEFAULT FALSE,
    staffed   BOOLEAN NOT NULL DEFAULT FALSE,
    colour    BIGINT NOT NULL DEFAULT 1,
    version   BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, code)
);

-- A group that a focal point registers and approves for an organisation.
-- room: participation
CREATE TABLE delegations (
    id           TEXT PRIMARY KEY,
    edition      TEXT NOT NULL REFERENCES editions (id),
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    organisation TEXT NOT NULL DEFAULT '',
    country      TEXT NOT NULL DEFAULT '',
    stakeholder  TEXT NOT NULL DEFAULT '',
    focal        TEXT NOT NULL,
    state        TEXT NOT NULL,
    trusted      BOOLEAN NOT NULL DEFAULT FALSE,
    most         BIGINT NOT NULL DEFAULT 0,
    code_hash    TEXT NOT NULL DEFAULT '',
    note         TEXT NOT NULL DEFAULT '',
    reason       JSONB NOT NULL,
    created      BIGINT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX delegations_edition ON delegations (edition, name_key);
CREATE INDEX delegations_focal ON delegations (focal);

-- A place where people take part together from afar.
-- room: participation
CREATE TABLE hubs (
    id        TEXT PRIMARY KEY,
    edition   TEXT NOT NULL REFERENCES editions (id),
    name      TEXT NOT NULL,
    city      TEXT NOT NULL DEFAULT '',
    country   TEXT NOT NULL DEFAULT '',
    zone      TEXT NOT NULL DEFAULT '',
    address   TEXT NOT NULL DEFAULT '',
    open      BOOLEAN NOT NULL DEFAULT TRUE,
    about     JSONB NOT NULL,
    moderator TEXT NOT NULL,
    shown     BOOLEAN NOT NULL DEFAULT FALSE,
    expected  BIGINT NOT NULL DEFAULT 0,
    note      TEXT NOT NULL DEFAULT '',
    reason    JSONB NOT NULL,
    state     TEXT NOT NULL,
    created   BIGINT NOT NULL,
    version   BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX hubs_edition ON hubs (edition);
CREATE INDEX hubs_moderator ON hubs (moderator);

-- Heads counted at a hub: in a session, or on a day without one.
-- room: participation
CREATE TABLE hub_counts (
    hub     TEXT NOT NULL REFERENCES hubs (id),
    day     TEXT NOT NULL,
    session TEXT NOT NULL DEFAULT '',
    heads   BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (hub, day, session)
);

-- Who takes part in an edition, as of that day. Empty words mean "not answered". Places of
-- people whose data is erased stay, with what no figure needs taken out.
-- room: participation
CREATE TABLE registrations (
    id                TEXT PRIMARY KEY,
    edition           TEXT NOT NULL REFERENCES editions (id),
    number            BIGINT NOT NULL,
    account           TEXT NOT NULL DEFAULT '',
    person            TEXT NOT NULL DEFAULT '',
    email             TEXT NOT NULL DEFAULT '',
    email_key         TEXT NOT NULL DEFAULT '',
    lang              TEXT NOT NULL DEFAULT 'en',
    state             TEXT NOT NULL,
    recheck           BOOLEAN NOT NULL DEFAULT FALSE,
    mode              TEXT NOT NULL,
    category          TEXT NOT NULL DEFAULT '',
    delegation        TEXT NOT NULL DEFAULT '',
    hub               TEXT NOT NULL DEFAULT '',
    honorific         TEXT NOT NULL DEFAULT '',
    name              TEXT NOT NULL DEFAULT '',
    name_key          TEXT NOT NULL DEFAULT '',
    words_key         TEXT NOT NULL DEFAULT '',
    latin_key         TEXT NOT NULL DEFAULT '',
    organisation      TEXT NOT NULL DEFAULT '',
    organisation_key  TEXT NOT NULL DEFAULT '',
    organisation_id   TEXT NOT NULL DEFAULT '',
    title             TEXT NOT NULL DEFAULT '',
    stakeholder       TEXT NOT NULL DEFAULT '',
    country           TEXT NOT NULL DEFAULT '',
    region            TEXT NOT NULL DEFAULT '',
    ldc               BOOLEAN NOT NULL DEFAULT FALSE,
    lldc              BOOLEAN NOT NULL DEFAULT FALSE,
    sids              BOOLEAN NOT NULL DEFAULT FALSE,
    transition        BOOLEAN NOT NULL DEFAULT FALSE,
    gender            TEXT NOT NULL DEFAULT '',
    gender_own        TEXT NOT NULL DEFAULT '',
    first_time        TEXT NOT NULL DEFAULT '',
    youth             BOOLEAN NOT NULL DEFAULT FALSE,
    parliamentarian   BOOLEAN NOT NULL DEFAULT FALSE,
    media             BOOLEAN NOT NULL DEFAULT FALSE,
    high_level        BOOLEAN NOT NULL DEFAULT FALSE,
    rank              TEXT NOT NULL DEFAULT '',
    access_needs      TEXT NOT NULL DEFAULT '',
    diet              TEXT NOT NULL DEFAULT '',
    visa              JSONB NOT NULL,
    answers           JSONB NOT NULL,
    form              BIGINT NOT NULL DEFAULT 0,
    show_name         BOOLEAN NOT NULL DEFAULT FALSE,
    show_organisation BOOLEAN NOT NULL DEFAULT FALSE,
    show_country      BOOLEAN NOT NULL DEFAULT FALSE,
    conduct           BIGINT,
    reason            JSONB NOT NULL,
    submitted         BIGINT NOT NULL,
    queued            BIGINT,
    decided           BIGINT,
    collected         BIGINT,
    onsite            BIGINT,
    online            BIGINT,
    at_hub            BIGINT,
    generation        BIGINT NOT NULL DEFAULT 1,
    duplicate_of      TEXT NOT NULL DEFAULT '',
    erased            BIGINT,
    updated           BIGINT NOT NULL,
    version           BIGINT NOT NULL DEFAULT 1,
    UNIQUE (edition, number)
);
CREATE UNIQUE INDEX registrations_email ON registrations (edition, email_key) WHERE email_key <> '';
CREATE INDEX registrations_account ON registrations (account);
CREATE INDEX registrations_person ON registrations (person);
CREATE INDEX registrations_state ON registrations (edition, state, number);
CREATE INDEX registrations_name ON registrations (edition, name_key, number);
CREATE INDEX registrations_words ON registrations (edition, words_key);
CREATE INDEX registrations_latin ON registrations (edition, latin_key);
CREATE INDEX registrations_queue ON registrations (edition, category, queued);
CREATE INDEX registrations_delegation ON registrations (delegation);

-- Every word by which the staff finds a registration: names, address, organisation.
-- room: participation
CREATE TABLE registration_words (
    edition      TEXT NOT NULL,
    word         TEXT NOT NULL,
    registration TEXT NOT NULL REFERENCES registrations (id),
    PRIMARY KEY (edition, word, registration)
);
CREATE INDEX registration_words_of ON registration_words (registration);

-- What the staff notes of a registration; only the staff reads it.
-- room: participation
CREATE TABLE registration_notes (
    id           TEXT PRIMARY KEY,
    registration TEXT NOT NULL REFERENCES registrations (id),
    account      TEXT NOT NULL DEFAULT '',
    text         TEXT NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX registration_notes_of ON registration_notes (registration, at);

-- Papers for an accreditation or a visa; only the person and the staff read them.
-- room: participation
CREATE TABLE registration_files (
    id           TEXT PRIMARY KEY,
    registration TEXT NOT NULL REFERENCES registrations (id),
    kind         TEXT NOT NULL,
    file         TEXT NOT NULL,
    name         TEXT NOT NULL,
    size         BIGINT NOT NULL,
    at           BIGINT NOT NULL
);
CREATE INDEX registration_files_of ON registration_files (registration);

-- For whom somebody reports, of whose category papers are asked.
-- room: participation
CREATE TABLE registration_media (
    registration TEXT PRIMARY KEY REFERENCES registrations (id),
    outlet       TEXT NOT NULL DEFAULT '',
    kind         TEXT NOT NULL DEFAULT '',
    links        TEXT NOT NULL DEFAULT '',
    at           BIGINT NOT NULL,
    version      BIGINT NOT NULL DEFAULT 1
);

-- Letters that can be verified: invitations for a visa, certificates. code_hash is that of
-- the code in the address of verification.
-- room: participation
CREATE TABLE issued_letters (
    id           TEXT PRIMARY KEY,
    registration TEXT NOT NULL REFERENCES registrations (id),
    kind         TEXT NOT NULL,
    code_hash    TEXT NOT NULL UNIQUE,
    lang         TEXT NOT NULL,
    data         JSONB NOT NULL,
    issued       BIGINT NOT NULL,
    revoked      BIGINT,
    version      BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX issued_letters_of ON issued_letters (registration);

-- Keys of this installation: links are derived from one, badges are signed with another.
-- room: participation
CREATE TABLE participation_keys (
    name    TEXT PRIMARY KEY,
    secret  TEXT NOT NULL,
    created BIGINT NOT NULL
);

-- Two registrations that are not the same person, as somebody of the staff has seen.
-- room: participation
CREATE TABLE registration_apart (
    edition TEXT NOT NULL REFERENCES editions (id),
    one     TEXT NOT NULL REFERENCES registrations (id),
    other   TEXT NOT NULL REFERENCES registrations (id),
    account TEXT NOT NULL DEFAULT '',
    at      BIGINT NOT NULL,
    PRIMARY KEY (one, other)
);
CREATE INDEX registration_apart_edition ON registration_apart (edition);

-- What somebody of the staff did last to many registrations at once, and how each stood
-- before: what can be taken back as long as it stands as she left it.
-- room: participation
CREATE TABLE registration_bulks (
    edition TEXT NOT NULL REFERENCES editions (id),
    account TEXT NOT NULL,
    id      TEXT NOT NULL,
    what    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    items   JSONB NOT NULL,
    PRIMARY KEY (edition, account)
);
