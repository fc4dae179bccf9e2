-- +goose Up

-- room: people
CREATE TABLE people (
    id                TEXT PRIMARY KEY,
    name              TEXT NOT NULL,
    honorific         TEXT NOT NULL DEFAULT '',
    given             TEXT NOT NULL DEFAULT '',
    family            TEXT NOT NULL DEFAULT '',
    names             JSONB NOT NULL,
    country           TEXT NOT NULL DEFAULT '',
    gender            TEXT NOT NULL DEFAULT '',
    bio               JSONB NOT NULL,
    links             JSONB NOT NULL,
    languages         JSONB NOT NULL,
    name_key          TEXT NOT NULL,
    public            BOOLEAN NOT NULL DEFAULT FALSE,
    listed            BOOLEAN NOT NULL DEFAULT TRUE,
    show_affiliations BOOLEAN NOT NULL DEFAULT TRUE,
    show_contact      BOOLEAN NOT NULL DEFAULT FALSE,
    source            TEXT NOT NULL DEFAULT '',
    merged_into       TEXT NOT NULL DEFAULT '',
    created           BIGINT NOT NULL,
    updated           BIGINT NOT NULL,
    version           BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX people_name ON people (name_key, id);
CREATE INDEX people_country ON people (country);

-- Every way in which a person's name is written, as keys to find her by.
-- room: people
CREATE TABLE person_names (
    person      TEXT NOT NULL REFERENCES people (id),
    form        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    words_key   TEXT NOT NULL,
    initial_key TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (person, form)
);
CREATE INDEX person_names_name ON person_names (name_key);
CREATE INDEX person_names_words ON person_names (words_key);
CREATE INDEX person_names_initial ON person_names (initial_key);

-- room: people
CREATE TABLE organisations (
    id       TEXT PRIMARY KEY,
    name     JSONB NOT NULL,
    acronym  TEXT NOT NULL DEFAULT '',
    kind     TEXT NOT NULL DEFAULT '',
    country  TEXT NOT NULL DEFAULT '',
    url      TEXT NOT NULL DEFAULT '',
    name_key TEXT NOT NULL,
    source   TEXT NOT NULL DEFAULT '',
    created  BIGINT NOT NULL,
    updated  BIGINT NOT NULL,
    version  BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX organisations_name ON organisations (name_key, id);

-- room: people
CREATE TABLE organisation_names (
    organisation TEXT NOT NULL REFERENCES organisations (id),
    form         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    words_key    TEXT NOT NULL,
    PRIMARY KEY (organisation, form)
);
CREATE INDEX organisation_names_name ON organisation_names (name_key);
CREATE INDEX organisation_names_words ON organisation_names (words_key);

-- room: people
CREATE TABLE org_members (
    network    TEXT NOT NULL REFERENCES organisations (id),
    member     TEXT NOT NULL REFERENCES organisations (id),
    from_date  TEXT NOT NULL DEFAULT '',
    until_date TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (network, member)
);
CREATE INDEX org_members_member ON org_members (member);

-- An affiliation is to an organisation of the directory, or to one that is only named.
-- room: people
CREATE TABLE affiliations (
    id                TEXT PRIMARY KEY,
    person            TEXT NOT NULL REFERENCES people (id),
    organisation      TEXT REFERENCES organisations (id),
    organisation_name TEXT NOT NULL DEFAULT '',
    title             TEXT NOT NULL DEFAULT '',
    stakeholder       TEXT NOT NULL DEFAULT '',
    country           TEXT NOT NULL DEFAULT '',
    from_date         TEXT NOT NULL DEFAULT '',
    until_date        TEXT NOT NULL DEFAULT '',
    rank              BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX affiliations_person ON affiliations (person, rank);
CREATE INDEX affiliations_organisation ON affiliations (organisation);
