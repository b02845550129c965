-- Indicators: definitions, as JSON, with what lists filter by in columns.

CREATE TABLE indicator (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    key TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    perspective TEXT NOT NULL,
    committee TEXT NOT NULL,          -- empty: the municipality's
    is_public BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, key, since)
);

-- One value of an indicator; every revision is kept, and a value that is deleted leaves a tombstone that stands.

CREATE TABLE observation (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    indicator TEXT NOT NULL,
    organisation TEXT NOT NULL,
    period TEXT NOT NULL,
    sex TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    year SMALLINT NOT NULL,
    is_deleted BOOLEAN NOT NULL,
    value BIGINT,                     -- millionths
    status TEXT NOT NULL,
    words TEXT NOT NULL,
    caution TEXT NOT NULL,
    measured_from TEXT NOT NULL,
    measured_to TEXT NOT NULL,
    extracted_on TEXT NOT NULL,
    PRIMARY KEY (municipality, indicator, organisation, period, sex, since)
){clustered};
CREATE INDEX observation_since ON observation (municipality, since);

CREATE TABLE indicator_target (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    indicator TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,               -- a JSON list
    PRIMARY KEY (municipality, indicator, since)
);

CREATE TABLE scorecard (
    municipality TEXT NOT NULL REFERENCES municipality (code),
    committee TEXT NOT NULL,
    year SMALLINT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (municipality, committee, year, since)
);
