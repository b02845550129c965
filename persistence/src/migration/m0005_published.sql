-- The platform's catalogue, and what municipalities have published: what all may read, whoever they are.
-- `publisher` is the municipality whose transaction wrote the row; empty: the platform's own catalogue.

CREATE TABLE catalogue (
    version BIGINT NOT NULL           -- moves with every change of the catalogue's own
);
INSERT INTO catalogue (version) VALUES (1);

-- The version of the last change of what a municipality has published.
ALTER TABLE municipality ADD COLUMN published_version BIGINT NOT NULL DEFAULT 0;

CREATE TABLE area (
    code TEXT{binary} NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    folded TEXT NOT NULL,             -- as it is searched
    sorted TEXT{binary} NOT NULL,     -- as it is sorted in Swedish
    kind TEXT NOT NULL                -- K: municipality, L: region or Riket
);

CREATE TABLE catalogue_group (
    code TEXT{binary} NOT NULL PRIMARY KEY,
    publisher TEXT NOT NULL,
    kind TEXT NOT NULL,               -- municipality, kpi
    title TEXT NOT NULL,
    folded TEXT NOT NULL,
    member_count BIGINT NOT NULL,
    members TEXT NOT NULL             -- a JSON list
);

CREATE TABLE key_figure (
    code TEXT{binary} NOT NULL,
    publisher TEXT{binary} NOT NULL,
    indicator TEXT NOT NULL,          -- the publisher's key for it
    is_withdrawn BOOLEAN NOT NULL,
    folded TEXT NOT NULL,
    has_units BOOLEAN NOT NULL,       -- what the published values say
    has_sexes BOOLEAN NOT NULL,
    last_year SMALLINT NOT NULL,
    changed_on TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (code, publisher)
);
CREATE INDEX key_figure_indicator ON key_figure (publisher, indicator);

CREATE TABLE published_unit (
    code TEXT{binary} NOT NULL PRIMARY KEY,
    publisher TEXT{binary} NOT NULL,
    organisation TEXT NOT NULL,       -- as observations name it
    title TEXT NOT NULL,
    folded TEXT NOT NULL
);
CREATE UNIQUE INDEX published_unit_organisation ON published_unit (publisher, organisation);

CREATE TABLE published_value (
    key_figure TEXT{binary} NOT NULL,
    place TEXT{binary} NOT NULL,      -- an area, a group or a unit
    year SMALLINT NOT NULL,
    sex TEXT{binary} NOT NULL,
    publisher TEXT{binary} NOT NULL,
    precedence SMALLINT NOT NULL,     -- 0: the publisher's word on itself, 1: on another
    is_unit BOOLEAN NOT NULL,
    is_deleted BOOLEAN NOT NULL,
    value BIGINT,                     -- millionths
    status TEXT NOT NULL,
    changed_on TEXT{binary} NOT NULL, -- the day in Stockholm
    PRIMARY KEY (key_figure, place, year, sex, publisher)
){clustered};
CREATE INDEX published_value_year ON published_value (key_figure, year, place);
CREATE INDEX published_value_place ON published_value (place, year, key_figure);
CREATE INDEX published_value_changed ON published_value (changed_on);
