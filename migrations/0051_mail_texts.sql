-- +goose Up

-- Texts of mails that the staff has worded otherwise. forms holds subject and body by plural
-- form as JSON; was is the print of what the program itself said then.
-- room: mail
CREATE TABLE mail_texts (
    id      TEXT PRIMARY KEY,
    name    TEXT NOT NULL,
    lang    TEXT NOT NULL,
    forms   TEXT NOT NULL,
    was     TEXT NOT NULL,
    by_name TEXT NOT NULL DEFAULT '',
    changed BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    UNIQUE (name, lang)
);
