-- +goose Up

-- Where a session is joined online, and who may join. A session without a row has no place
-- yet and is open to everybody who is admitted, unless the programme says it is invited only.
-- room: attendance
CREATE TABLE session_places (
    session TEXT PRIMARY KEY REFERENCES sessions (id),
    edition TEXT NOT NULL REFERENCES editions (id),
    url     TEXT NOT NULL DEFAULT '',
    dial_in TEXT NOT NULL DEFAULT '',
    note    JSONB NOT NULL,
    early   BIGINT NOT NULL DEFAULT 15,
    access  TEXT NOT NULL DEFAULT 'all',
    changed BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX session_places_edition ON session_places (edition);

-- Who is invited to a session: a registration, or whoever registers with an address. label is
-- what the staff typed.
-- room: attendance
CREATE TABLE session_invited (
    session      TEXT NOT NULL REFERENCES sessions (id),
    registration TEXT NOT NULL DEFAULT '',
    email_key    TEXT NOT NULL DEFAULT '',
    label        TEXT NOT NULL,
    PRIMARY KEY (session, registration, email_key)
);
CREATE INDEX session_invited_registration ON session_invited (registration);
CREATE INDEX session_invited_email ON session_invited (email_key);

-- Who was in a session, once per person whatever the number of her devices. onsite, online
-- and hub are when she was first counted in that way.
-- room: attendance
CREATE TABLE attendances (
    session      TEXT NOT NULL REFERENCES sessions (id),
    registration TEXT NOT NULL REFERENCES registrations (id),
    edition      TEXT NOT NULL REFERENCES editions (id),
    first        BIGINT NOT NULL,
    onsite       BIGINT,
    online       BIGINT,
    hub          BIGINT,
    PRIMARY KEY (session, registration)
);
CREATE INDEX attendances_registration ON attendances (registration);
CREATE INDEX attendances_edition ON attendances (edition);

-- What the staff took out because it was wrong: it is not counted again by a link or a scan.
-- room: attendance
CREATE TABLE attendance_voids (
    session      TEXT NOT NULL REFERENCES sessions (id),
    registration TEXT NOT NULL REFERENCES registrations (id),
    account      TEXT NOT NULL DEFAULT '',
    at           BIGINT NOT NULL,
    reason       TEXT NOT NULL,
    PRIMARY KEY (session, registration)
);

-- One-time codes with which somebody shows that a join link is hers: subject is a
-- registration, or the account that moderates a hub. The code lies in the mail alone; hash is empty until it is written.
-- room: attendance
CREATE TABLE join_codes (
    id      TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    hash    TEXT NOT NULL DEFAULT '',
    lang    TEXT NOT NULL,
    tries   BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    used    BIGINT
);
CREATE INDEX join_codes_expires ON join_codes (expires);

-- Devices that were shown to be somebody's: her links work there without asking again. generation
-- is that of the registration at the time: new links end its devices too.
-- room: attendance
CREATE TABLE join_devices (
    id         TEXT PRIMARY KEY,
    hash       TEXT NOT NULL UNIQUE,
    subject    TEXT NOT NULL,
    generation BIGINT NOT NULL DEFAULT 0,
    agent      TEXT NOT NULL DEFAULT '',
    created    BIGINT NOT NULL,
    expires    BIGINT NOT NULL
);
CREATE INDEX join_devices_subject ON join_devices (subject);
CREATE INDEX join_devices_expires ON join_devices (expires);
