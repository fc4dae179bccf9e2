-- +goose Up

-- What somebody has typed into a form and not saved. It is hers alone, and no event tells
-- of it. The thing is the room's word for it and its id, with a slash between.
-- room: web
CREATE TABLE form_drafts (
    thing   TEXT NOT NULL,
    account TEXT NOT NULL,
    typed   TEXT NOT NULL,
    base    BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (thing, account)
);
